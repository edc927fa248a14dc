//! The rules of a sealed transaction: what it refuses, what it remembers, and when its connection comes back.

use std::time::{Duration, Instant};

use shikiri::{
    auth::VerifiedSession,
    dba::catalog::Login,
    domain::{OnConflict, TenantId},
    statements::sessions::LoginOutcome,
    testkit::{A, B, PASSWORD, SLIPS_A, World},
    wall::{Error, Pool, PoolConfig},
};

use super::{
    backend, pool_of, settled,
    statements::{AddSlip, Count, ForeignRange, ForeignRows, Names, Numbers, State, UnboundNames},
};
use crate::support::{connect, text};

const FREE: &str = "9000000000000000";

fn add(customer_name: &str) -> AddSlip {
    AddSlip { bill_number: FREE.to_owned(), customer_name: customer_name.to_owned(), seconds: 0.0 }
}

/// How many slips there are with the free number, whoever they are of.
async fn written(world: &World) -> String {
    let admin = connect(&world.superuser_url()).await;
    text(&admin, &format!("select count(*)::text from shikiri.slip where bill_number = '{FREE}'"))
        .await
}

/// A session of A whose token, signed by the right key, says it is of another biller.
async fn with_wrong_witness(world: &World) -> VerifiedSession {
    let outcome = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await;
    let Ok(LoginOutcome::Opened(mut opened)) = outcome else { panic!("the clerk cannot log in") };
    opened.tenant_id = TenantId(opened.tenant_id.0 + 1);
    world.session(&opened)
}

#[tokio::test]
async fn more_rows_than_the_limit_are_an_error_and_never_a_shorter_list() {
    let world = World::new().await;
    let (a, pool) = (world.login(&A, "clerk").await, pool_of(&world, 1));
    let too_many = |rows| matches!(rows, Err(Error::TooManyRows { rows_max: 10, .. }));
    assert_eq!(pool.read(&a, &Numbers { rows: 10 }).await.expect("fits").len(), 10);
    assert!(too_many(pool.read(&a, &Numbers { rows: 11 }).await));
    let mut tx = pool.enter(&a).await.expect("enters");
    tx.fetch(&add("甲")).await.expect("writes");
    assert!(too_many(tx.fetch(&Numbers { rows: 11 }).await));
    assert_eq!(tx.commit().await, Err(Error::AlreadyFailed));
    // A hundred million rows are not read to their end, and the connection is good again at once.
    let started = Instant::now();
    assert!(too_many(pool.read(&a, &Numbers { rows: 100_000_000 }).await));
    assert_eq!(pool.read(&a, &Count { seconds: 0.0 }).await, Ok(vec![i64::from(SLIPS_A)]));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(written(&world).await, "0");
}

#[tokio::test]
async fn a_row_of_another_biller_is_never_handed_out() {
    let world = World::new().await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let (own, other) = (a.tenant_id().0, b.tenant_id().0);
    let admin = connect(&world.superuser_url()).await;
    let careless = format!(
        "create schema careless; create table careless.note (tenant_id integer, note text);
         insert into careless.note values ({own}, 'own'); grant usage on schema careless to shikiri_app;
         grant select on careless.note to shikiri_app"
    );
    admin.batch_execute(&careless).await.expect("builds");
    let pool = pool_of(&world, 1);
    let foreign = |found: &Error| matches!(found, Error::ForeignRow { .. });
    assert_eq!(pool.read(&a, &ForeignRows {}).await, Ok(vec!["own".to_owned()]));
    for (tenant, low) in
        [(format!("{other}"), 0), ("null".to_owned(), 0), (format!("{other}"), other)]
    {
        let plant = format!(
            "truncate careless.note; insert into careless.note values ({own}, 'own'), ({tenant}, 'other')"
        );
        admin.batch_execute(&plant).await.expect("plants");
        assert!(foreign(&pool.read(&a, &ForeignRows {}).await.expect_err("refused")));
        let mut tx = pool.enter(&a).await.expect("enters");
        tx.fetch(&add("甲")).await.expect("writes");
        assert!(foreign(&tx.fetch(&ForeignRows {}).await.expect_err("refused")));
        assert_eq!(tx.commit().await, Err(Error::AlreadyFailed));
        if tenant != "null" {
            let range = ForeignRange { tenant_low: low };
            assert!(foreign(&pool.read(&a, &range).await.expect_err("refused")));
        }
    }
    let nothing = ForeignRange { tenant_low: i32::MAX };
    assert_eq!(pool.read(&a, &nothing).await, Ok(vec![0]), "nothing is nobody's");
    assert_eq!(written(&world).await, "0");
}

#[tokio::test]
async fn a_token_that_names_another_biller_trips_every_way_in() {
    let world = World::new().await;
    let (a, pool) = (with_wrong_witness(&world).await, pool_of(&world, 1));
    let foreign = |found: Option<Error>| matches!(found, Some(Error::ForeignRow { .. }));
    assert!(foreign(pool.read(&a, &Names {}).await.err()));
    // No row at all is no way around it, nor a row that says nothing of its owner.
    assert!(foreign(pool.read(&a, &Numbers { rows: 0 }).await.err()));
    assert!(foreign(pool.read(&a, &Numbers { rows: 1 }).await.err()));
    assert!(foreign(pool.enter(&a).await.err()));
    assert!(foreign(pool.write(&a, &Numbers { rows: 0 }).await.err()));
}

#[tokio::test]
async fn a_failed_transaction_does_not_commit() {
    let world = World::new().await;
    let (a, pool) = (world.login(&A, "clerk").await, pool_of(&world, 1));
    let mut tx = pool.enter(&a).await.expect("enters");
    tx.fetch(&add("甲")).await.expect("writes");
    assert_eq!(
        tx.fetch(&add("乙")).await.err(),
        Some(Error::Taken { statement: "../../tests/attacks/pool/add_slip.sql" })
    );
    assert_eq!(tx.fetch(&Names {}).await, Err(Error::AlreadyFailed));
    assert_eq!(tx.commit().await, Err(Error::AlreadyFailed));
    assert_eq!(written(&world).await, "0");
    // A statement whose future was dropped half way counts as one that failed.
    let mut tx = pool.enter(&a).await.expect("enters");
    tx.fetch(&add("甲")).await.expect("writes");
    let slow = Count { seconds: 5.0 };
    let late = tokio::time::timeout(Duration::from_millis(50), tx.fetch(&slow)).await;
    assert!(late.is_err());
    assert_eq!(tx.commit().await, Err(Error::AlreadyFailed));
    assert_eq!(written(&world).await, "0");
    // And one that did not fail does.
    let mut tx = pool.enter(&a).await.expect("enters");
    tx.fetch(&add("甲")).await.expect("writes");
    tx.commit().await.expect("commits");
    assert_eq!(written(&world).await, "1");
}

#[tokio::test]
async fn a_single_write_is_all_or_nothing() {
    let world = World::new().await;
    let (a, pool) = (world.login(&A, "clerk").await, pool_of(&world, 1));
    let gone = world.login(&A, "clerk").await;
    // The later login took over: the first session is superseded.
    assert_eq!(pool.write(&a, &add("甲")).await.err(), Some(Error::SessionSuperseded));
    assert_eq!(written(&world).await, "0");
    settled(&pool).await;
    let before = backend(&pool, &gone).await;
    assert_eq!(pool.write(&gone, &add("甲")).await, Ok(vec![()]));
    assert_eq!(written(&world).await, "1");
    assert!(matches!(pool.write(&gone, &add("乙")).await, Err(Error::Taken { .. })));
    assert_eq!(written(&world).await, "1");
    assert_eq!(backend(&pool, &gone).await, before, "and the connection is still the same");
}

#[tokio::test]
async fn a_connection_comes_back_after_its_commit_and_is_reset_for_the_next_biller() {
    let world = World::new().await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let pool = pool_of(&world, 1);
    let before = backend(&pool, &a).await;
    for session in [&a, &b, &a] {
        let mut tx = pool.enter(session).await.expect("enters");
        tx.fetch(&Names {}).await.expect("reads");
        tx.commit().await.expect("commits");
        assert_eq!(backend(&pool, session).await, before);
    }
    let state = pool.read(&b, &State {}).await.expect("looks");
    assert_eq!(state, [Some("0 0 1min pg_catalog".to_owned())]);
    // Without a seal there is nothing, on a new connection and on a used one.
    let lost = pool.call(&UnboundNames {}).await;
    assert!(matches!(lost, Err(Error::ContextLost { sqlstate, .. }) if sqlstate == "SK001"));
}

#[tokio::test]
async fn whoever_waits_too_long_is_told_so_in_time() {
    let world = World::new().await;
    let a = world.login(&A, "clerk").await;
    let wait = Duration::from_millis(200);
    let url = world.url(Login::App);
    let pool = Pool::new(PoolConfig { url, connections_max: 1, wait }).expect("readable");
    let tx = pool.enter(&a).await.expect("enters");
    let started = Instant::now();
    assert_eq!(pool.read(&a, &Names {}).await, Err(Error::Unavailable));
    assert!(started.elapsed() >= wait && started.elapsed() < wait * 5, "{:?}", started.elapsed());
    tx.commit().await.expect("commits");
    assert!(pool.read(&a, &Names {}).await.is_ok());
}

#[tokio::test]
async fn a_connection_that_is_not_what_the_wall_needs_is_never_used() {
    let world = World::new().await;
    let a = world.login(&A, "clerk").await;
    let admin = connect(&world.superuser_url()).await;
    let database = text(&admin, "select current_database()::text").await;
    // Each of these is a state of this one database: roles belong to every test at once.
    for (spoil, repair) in [
        (
            format!("grant temporary on database {database} to shikiri_app"),
            format!("revoke temporary on database {database} from shikiri_app"),
        ),
        (
            "grant create on schema public to shikiri_app".to_owned(),
            "revoke create on schema public from shikiri_app".to_owned(),
        ),
        (
            "alter table shikiri.slip no force row level security".to_owned(),
            "alter table shikiri.slip force row level security".to_owned(),
        ),
        (
            "alter policy tenant_floor on shikiri.slip rename to x".to_owned(),
            "alter policy x on shikiri.slip rename to tenant_floor".to_owned(),
        ),
        (
            format!("alter role shikiri_app in database {database} set row_security = off"),
            format!("alter role shikiri_app in database {database} reset row_security"),
        ),
    ] {
        admin.batch_execute(&spoil).await.expect("spoils");
        let refused = pool_of(&world, 1).read(&a, &Names {}).await;
        admin.batch_execute(&repair).await.expect("repairs");
        assert_eq!(refused, Err(Error::Preflight { sqlstate: "SK021".to_owned() }), "{spoil}");
        assert!(pool_of(&world, 1).read(&a, &Names {}).await.is_ok(), "{repair}");
    }
}

#[tokio::test]
async fn what_the_role_is_in_another_database_of_the_server_refuses_no_connection() {
    let (world, other) = (World::new().await, World::new().await);
    let (a, there) = (world.login(&A, "clerk").await, other.login(&A, "clerk").await);
    let admin = connect(&other.superuser_url()).await;
    let database = text(&admin, "select current_database()::text").await;
    for spoil in [
        format!("alter role shikiri_app in database {database} set work_mem = '8MB'"),
        format!(
            "alter role shikiri_app in database {database} reset work_mem; \
             create table public.owned (); alter table public.owned owner to shikiri_app"
        ),
    ] {
        admin.batch_execute(&spoil).await.expect("spoils");
        let refused = pool_of(&other, 1).read(&there, &Names {}).await;
        assert_eq!(refused, Err(Error::Preflight { sqlstate: "SK021".to_owned() }), "{spoil}");
        assert!(pool_of(&world, 1).read(&a, &Names {}).await.is_ok(), "{spoil}");
    }
}
