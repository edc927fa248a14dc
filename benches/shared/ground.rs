//! What the benchmarks stand on: a throw-away Postgres with the wall, billers, and rows made by the server itself.

use std::{error::Error, time::Duration};

use shikiri::{
    auth,
    dba::{
        Operator,
        catalog::{self, Login},
    },
    lab::{Launcher, Options, Server},
    statements::{
        operator::{AddTenant, AddUser},
        sessions::{BeginLogin, LoginOutcome, OpenSession, Opened},
    },
    wall::{Pool, PoolConfig},
};
use tokio_postgres::{Client, NoTls};

pub type Res<T> = Result<T, Box<dyn Error>>;

/// The database behind the wall.
pub const WALLED: &str = "walled";

const PASSWORD: &str = "correct horse battery staple";

/// The lowest bill number there is. All of them have sixteen digits without a leading zero, so that pgbench can
/// make one up.
pub const FIRST_NUMBER: i64 = 4_000_000_000_000_000;

/// Between two bill numbers of a biller.
pub const STEP: i64 = 37;

/// A server, its walled database, and one clerk's session for each biller.
pub struct Ground {
    pub server: Server,
    pub sessions: Vec<Opened>,
}

impl Ground {
    /// Starts a server, builds the wall, adds billers and gives each of them this many slips.
    pub async fn build(billers: u32, slips_each: u32) -> Res<Ground> {
        let server = start()?;
        let admin = server.conninfo("postgres", "postgres");
        catalog::create_database(&admin, WALLED, None).await?;
        catalog::bootstrap(&server.conninfo("postgres", WALLED), &[]).await?;
        catalog::migrate(&server.conninfo(Login::Migrator.role(), WALLED)).await?;
        let mut operator =
            Operator::connect(&server.conninfo(Login::Operator.role(), WALLED)).await?;
        // Argon2 once: what a login costs is not measured here.
        let salt = auth::Salt::random()?;
        let derived = auth::derive(PASSWORD, &salt, auth::KDF)?;
        for n in 0..billers {
            add_biller(&mut operator, n, &salt, &derived).await?;
        }
        fill(&superuser(&server, WALLED).await?, slips_each).await?;
        let pool = Pool::new(config(&server, WALLED, Login::App, 2))?;
        let mut sessions = Vec::new();
        for n in 0..billers {
            sessions.push(open(&pool, n, &derived).await?);
        }
        pool.close();
        Ok(Ground { server, sessions })
    }
}

/// How a pool of a role connects.
pub fn config(server: &Server, database: &str, login: Login, connections_max: usize) -> PoolConfig {
    PoolConfig {
        url: server.conninfo(login.role(), database),
        connections_max,
        wait: Duration::from_secs(30),
    }
}

/// A superuser's own connection: makes rows fast, and looks at backends.
pub async fn superuser(server: &Server, database: &str) -> Res<Client> {
    let (client, connection) =
        tokio_postgres::connect(&server.conninfo("postgres", database), NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark takes its server from where tests do")]
fn start() -> Res<Server> {
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let options = Options {
        binaries: std::env::var_os("SHIKIRI_PG_BIN").map(Into::into),
        search_path: std::env::var_os("PATH"),
        // All rows stay in memory: it is the wall that is measured, not a disk.
        settings: vec![set("shared_buffers", "512MB"), set("max_wal_size", "4GB")],
        ..Options::default()
    };
    Ok(Launcher::start(options)?)
}

fn code(n: u32) -> String {
    format!("{:05}", 10_000 + n)
}

async fn add_biller(
    operator: &mut Operator,
    n: u32,
    salt: &auth::Salt,
    derived: &auth::Derived,
) -> Res<()> {
    let tenant = AddTenant {
        tenant_code: code(n),
        tenant_name: format!("収納企業{n}"),
        stamp_policy: "taxable".to_owned(),
        on_conflict_allowed: ["ask", "take_over", "refuse", "parallel"].map(str::to_owned).into(),
    };
    operator.call_one(&tenant).await?;
    let user = AddUser {
        tenant_code: code(n),
        login: "clerk".to_owned(),
        display_name: "会計担当".to_owned(),
        role: "clerk".to_owned(),
        salt: salt.0.clone(),
        kdf: auth::KDF.to_owned(),
        verifier: derived.verifier().0,
    };
    match operator.call_one(&user).await?.as_str() {
        "added" => Ok(()),
        other => Err(other.into()),
    }
}

async fn open(pool: &Pool, n: u32, derived: &auth::Derived) -> Res<Opened> {
    let begin = BeginLogin {
        tenant_code: code(n),
        login: "clerk".to_owned(),
        commitment: derived.commitment(),
    };
    let open = OpenSession {
        attempt_id: pool.call(&begin).await?.pop().ok_or("no attempt was begun")?,
        derived: derived.0.clone(),
        on_conflict: "take_over".to_owned(),
        client: "benchmark".to_owned(),
    };
    match pool.call(&open).await?.pop() {
        Some(LoginOutcome::Opened(opened)) => Ok(opened),
        _ => Err("a clerk could not log in".into()),
    }
}

/// Rows for every biller, made by the server. Through the wall it would take minutes and show the same.
///
/// The names hold some 1,000 kanji and the surnames that make trouble; one row in twelve has no due date.
#[expect(clippy::disallowed_methods, reason = "a superuser fills a database of its own")]
async fn fill(client: &Client, slips_each: u32) -> Res<()> {
    let text = format!(
        "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date,
            revenue_stamp, amount_yen, consumption_tax_yen)
        select t.tenant_id, ({FIRST_NUMBER} + n * {STEP})::text, 0, 'K' || lpad((n * 3)::text, 8, '0'),
            (array['佐藤','鈴木','髙橋','田中','伊藤','渡邊','山本','中村','𠮷田','山﨑'])[1 + n % 10] || '　'
                || chr(19968 + n * 13 % 1000) || (array['太郎','花子','一郎','美咲','翔','結衣'])[1 + n % 6],
            case when n % 12 <> 5 then date '2026-01-01' + n % 365 end,
            50000 <= 1000 + n::bigint * 7919 % 299000, 1000 + n::bigint * 7919 % 299000, null
        from shikiri.tenant t, generate_series(0, {slips_each} - 1) n
        order by 1, 2"
    );
    client.batch_execute(&text).await?;
    // In a transaction of its own. Index-only scans need the visibility map.
    client.batch_execute("vacuum (freeze, analyze) shikiri.slip").await?;
    Ok(())
}
