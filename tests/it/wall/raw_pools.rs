//! The control: the same attacks on deadpool-postgres pools that hand out raw clients. They must leak where
//! the measured table of attacks says so; otherwise `pool_attacks` would prove nothing.

use deadpool_postgres::{ManagerConfig, Object, RecyclingMethod};
use shikiri::{
    dba::catalog::{Login, SealWish},
    testkit::{A, B, CANARY, World},
};

use super::secret;
use crate::support::connect;

struct Raw {
    pool: deadpool_postgres::Pool,
    /// Secrets of a session of A and of B.
    a: String,
    b: String,
    world: World,
}

impl Raw {
    async fn new(recycling_method: RecyclingMethod) -> Raw {
        let world = World::new().await;
        let config = world.url(Login::App).parse().expect("ours");
        let manager = deadpool_postgres::Manager::from_config(
            config,
            tokio_postgres::NoTls,
            ManagerConfig { recycling_method },
        );
        let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().expect("builds");
        let (a, b) = (secret(&world, &A, "clerk").await, secret(&world, &B, "clerk").await);
        Raw { pool, a, b, world }
    }

    async fn client(&self) -> Object {
        self.pool.get().await.expect("a client")
    }

    /// A request: BEGIN, enter, what it does, COMMIT.
    async fn request(&self, secret: &str, sql: &str) {
        let client = self.client().await;
        enter(&client, secret).await;
        client.batch_execute(sql).await.expect("runs");
        client.batch_execute("commit").await.expect("commits");
    }
}

async fn enter(client: &Object, secret: &str) {
    client.batch_execute("begin").await.expect("begins");
    client.query_one("select shikiri_seal.enter($1)", &[&secret]).await.expect("enters");
}

/// The first column of the first row as text, or the SQLSTATE.
async fn first(client: &Object, sql: &str) -> Result<String, String> {
    match client.query_opt(sql, &[]).await {
        Ok(row) => Ok(row.and_then(|it| it.try_get(0).ok()).unwrap_or_default()),
        Err(err) => Err(err.code().map_or("io", |it| it.code()).to_owned()),
    }
}

const NAMES: &str = include_str!("../../attacks/pool/unbound_names.sql");
const HONEST: &str = include_str!("../../attacks/pool/names.sql");
const CURSOR: &str = include_str!("../../attacks/pool/cursor_with_hold.sql");
const FETCH: &str = include_str!("../../attacks/pool/fetch_loot.sql");
const POISON: &str = include_str!("../../attacks/pool/poison_prepared.sql");
const LOOT: &str = include_str!("../../attacks/pool/large_objects.sql");
const STATE: &str = include_str!("../../attacks/pool/state.sql");
const ISOLATION: &str = include_str!("../../attacks/pool/isolation.sql");

/// B's request is cancelled in its transaction; the next one begins and forgets to enter.
async fn attack_61(raw: &Raw) -> bool {
    let client = raw.client().await;
    enter(&client, &raw.b).await;
    drop(client);
    let client = raw.client().await;
    client.batch_execute("begin").await.expect("only warns");
    first(&client, NAMES).await.is_ok_and(|it| it.contains(CANARY))
}

async fn attack_63(raw: &Raw) -> bool {
    raw.request(&raw.b, CURSOR).await;
    let client = raw.client().await;
    enter(&client, &raw.a).await;
    first(&client, FETCH).await.is_ok_and(|it| it.contains(CANARY))
}

async fn attack_65(raw: &Raw) -> bool {
    let client = raw.client().await;
    let honest = client.prepare_cached(HONEST).await.expect("prepares");
    drop(client);
    raw.request(&raw.a, POISON).await;
    let client = raw.client().await;
    enter(&client, &raw.b).await;
    let rows = client.query(&honest, &[]).await.expect("B notices nothing");
    assert!(!rows.is_empty());
    client.batch_execute("commit").await.expect("commits");
    drop(client);
    let client = raw.client().await;
    enter(&client, &raw.a).await;
    first(&client, LOOT).await.is_ok_and(|it| it.contains(CANARY))
}

async fn attack_66(raw: &Raw) -> bool {
    let dirt = "listen loot; select pg_advisory_lock(7); set statement_timeout = '1234ms'";
    raw.request(&raw.a, dirt).await;
    let client = raw.client().await;
    first(&client, STATE).await.expect("looks").starts_with("1 1 1234ms")
}

async fn attack_67(raw: &Raw) -> bool {
    let client = raw.client().await;
    enter(&client, &raw.a).await;
    client.batch_execute("commit; begin isolation level serializable").await.expect("injected");
    drop(client);
    let client = raw.client().await;
    enter(&client, &raw.b).await;
    first(&client, ISOLATION).await.expect("looks") == "serializable"
}

#[tokio::test]
async fn without_hygiene_five_attacks_succeed() {
    assert!(attack_61(&Raw::new(RecyclingMethod::Fast).await).await, "61");
    assert!(attack_63(&Raw::new(RecyclingMethod::Fast).await).await, "63");
    assert!(attack_65(&Raw::new(RecyclingMethod::Fast).await).await, "65");
    assert!(attack_66(&Raw::new(RecyclingMethod::Fast).await).await, "66");
    assert!(attack_67(&Raw::new(RecyclingMethod::Fast).await).await, "67");
}

#[tokio::test]
async fn with_the_clean_method_two_attacks_still_succeed() {
    assert!(!attack_61(&Raw::new(RecyclingMethod::Clean).await).await, "61");
    assert!(!attack_63(&Raw::new(RecyclingMethod::Clean).await).await, "63");
    assert!(attack_65(&Raw::new(RecyclingMethod::Clean).await).await, "65");
    assert!(!attack_66(&Raw::new(RecyclingMethod::Clean).await).await, "66");
    assert!(attack_67(&Raw::new(RecyclingMethod::Clean).await).await, "67");
}

/// 60 and 62: here the seal itself holds, with no hygiene at all.
#[tokio::test]
async fn a_seal_that_is_left_behind_is_refused_by_the_database_itself() {
    // A parameter is gone with its transaction, whatever is kept of its text; what is kept of a MAC's is not valid.
    for (wish, code) in [(SealWish::Parameter, "SK001"), (SealWish::Mac, "SK002")] {
        let raw = Raw::new(RecyclingMethod::Fast).await;
        raw.world.seal_by(wish).await;
        raw.request(&raw.b, include_str!("../../attacks/pool/keep_seal.sql")).await;
        let client = raw.client().await;
        client.batch_execute("begin").await.expect("begins");
        assert_eq!(first(&client, NAMES).await, Err(code.to_owned()));
        client.batch_execute("rollback").await.expect("rolls back");
        enter(&client, &raw.b).await;
        drop(client);
        let client = raw.client().await;
        let refused = client.query_one("select shikiri_seal.enter($1)", &[&raw.a]).await;
        assert_eq!(refused.expect_err("refused").code().map(|it| it.code()), Some("SK004"));
    }
}

/// 60 and 64 on a table as tutorials make it: a plain setting, and temporary tables allowed.
#[tokio::test]
async fn where_a_plain_setting_is_the_tenant_what_is_left_behind_leaks() {
    let raw = Raw::new(RecyclingMethod::Fast).await;
    let admin = connect(&raw.world.superuser_url()).await;
    let naive = format!(
        "create schema naive; create table naive.slip (tenant_id integer, customer_name text);
         insert into naive.slip values (2, '{CANARY}1');
         alter table naive.slip enable row level security;
         create policy rows on naive.slip using (tenant_id = current_setting('app.tenant', true)::integer);
         grant usage on schema naive to shikiri_app; grant select, insert on naive.slip to shikiri_app;
         do $$ begin execute format('grant temporary on database %I to shikiri_app', current_database()); end $$"
    );
    admin.batch_execute(&naive).await.expect("builds");
    let client = raw.client().await;
    client.batch_execute("set app.tenant = '2'").await.expect("B's request");
    drop(client);
    let client = raw.client().await;
    let found = first(&client, "select customer_name from naive.slip").await;
    assert_eq!(found, Ok(format!("{CANARY}1")), "60");
    client.batch_execute("set search_path = naive").await.expect("as tutorials do");
    client.batch_execute(include_str!("../../attacks/pool/temp_shadow.sql")).await.expect("64");
    drop(client);
    let client = raw.client().await;
    let write = format!("insert into slip (customer_name) values ('{CANARY}2')");
    client.batch_execute(&write).await.expect("B's request");
    drop(client);
    let client = raw.client().await;
    let found = first(&client, "select customer_name from pg_temp.slip").await;
    assert_eq!(found, Ok(format!("{CANARY}2")), "64");
}
