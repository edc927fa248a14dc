//! Which way a database gets, who says so, and what would let somebody else make a seal.

use shikiri::{
    dba::catalog::{self, Login, Seal, SealWish},
    statements::slips::ListSlips,
    testkit::{A, B, SLIPS_A, World},
};

use crate::attacks::{Target, Wire};

/// A backend that reads the seal in parallel workers, also for the smallest query.
const PARALLEL: &str = "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; \
     set local min_parallel_table_scan_size = 0; set local max_parallel_workers_per_gather = 2";

async fn sealed_rows(app: &mut Wire) -> String {
    app.value("select count(*) || ' ' || count(distinct tenant_id) from shikiri.slip").await
}

#[tokio::test]
async fn migrate_goes_from_one_way_to_the_other_keeps_to_it_and_says_which() {
    let world = World::new().await;
    let (migrator, list) = (world.url(Login::Migrator), ListSlips::new(&open(), None, 200));
    for (wish, seal) in [(SealWish::Mac, Seal::Mac), (SealWish::Auto, Seal::Parameter)] {
        assert_eq!(world.seal_by(wish).await, seal);
        // Nobody asks again: the database keeps to it, and a check finds nothing to do.
        let kept = catalog::migrate(&migrator).await.expect("runs");
        assert_eq!((kept.wall_applied, kept.seal), (false, seal));
        assert_eq!(catalog::check(&migrator).await.expect("nothing is pending").seal, seal);
        let mut app = Wire::connect(&world.url(Login::App)).await;
        let said = app.value("select w.seal from shikiri_seal.wall_state() w").await;
        assert_eq!(said, seal.as_str());
        let session = world.login(&A, "clerk").await;
        let rows = world.pool().read(&session, &list).await.expect("lists");
        assert_eq!(rows.len(), SLIPS_A as usize);
    }
    let other = catalog::check_sealed(&migrator, Some(SealWish::Mac)).await.expect_err("differs");
    assert!(other.to_string().contains("mac"), "{other}");
}

fn open() -> shikiri::domain::SlipFilter {
    shikiri::domain::SlipFilter::open()
}

/// A grant is of the whole server: it is taken away on a server of its own.
#[tokio::test]
async fn without_the_grant_the_parameter_is_refused_and_the_mac_is_taken() {
    let world = World::alone().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("revoke set on parameter backtrace_functions from shikiri_keeper").await;
    // The doors are shut loudly, not open.
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let fault = app.value("select shikiri_seal.seal_fault()").await;
    assert!(fault.contains("shikiri bootstrap"), "{fault}");
    assert_eq!(app.simple("select shikiri_seal.preflight()").await.code(), "SK021");
    let pending = catalog::check(&migrator).await.expect_err("another way must be taken");
    assert!(pending.to_string().contains("by mac"), "{pending}");
    let refused = catalog::migrate_sealed(&migrator, Some(SealWish::Parameter)).await;
    let refused = refused.expect_err("cannot be had").to_string();
    assert!(refused.contains("nothing was changed"), "{refused}");
    assert_eq!(catalog::migrate(&migrator).await.expect("runs").seal, Seal::Mac);
    app.must("select shikiri_seal.preflight()").await;
    let target = Target::wall(&world).await;
    let mut app = Wire::connect(&target.app).await;
    app.enter(&target.a.secret).await;
    assert_eq!(sealed_rows(&mut app).await, format!("{SLIPS_A} 1"));
}

/// Each of these lets somebody else write the seal, or begin with one; afterwards it is as before.
#[tokio::test]
async fn a_grant_to_somebody_else_or_a_planted_seal_is_seen_before_the_first_request() {
    let world = World::alone().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let database = root.value("select current_database()").await;
    root.must("create role somebody login").await;
    let of_database = format!("alter database {database}");
    for (plant, undo, says) in [
        (
            "grant set on parameter backtrace_functions to somebody".to_owned(),
            "revoke set on parameter backtrace_functions from somebody".to_owned(),
            "besides the keeper",
        ),
        (
            "grant set on parameter backtrace_functions to public".to_owned(),
            "revoke set on parameter backtrace_functions from public".to_owned(),
            "besides the keeper",
        ),
        (
            "grant alter system on parameter backtrace_functions to shikiri_keeper".to_owned(),
            "revoke alter system on parameter backtrace_functions from shikiri_keeper".to_owned(),
            "besides the keeper",
        ),
        (
            "grant set on parameter backtrace_functions to shikiri_keeper with grant option"
                .to_owned(),
            "revoke grant option for set on parameter backtrace_functions from shikiri_keeper"
                .to_owned(),
            "besides the keeper",
        ),
        (
            "alter role somebody set backtrace_functions = '2_x_session'".to_owned(),
            "alter role somebody reset backtrace_functions".to_owned(),
            "planted",
        ),
        (
            "alter role all set backtrace_functions = 'x'".to_owned(),
            "alter role all reset backtrace_functions".to_owned(),
            "planted",
        ),
        (
            format!("{of_database} set backtrace_functions = '2_x_session'"),
            format!("{of_database} reset backtrace_functions"),
            "planted",
        ),
        (
            "alter system set backtrace_functions = 'x'".to_owned(),
            "alter system reset backtrace_functions".to_owned(),
            "configuration",
        ),
    ] {
        for (statement, whole) in [(&plant, false), (&undo, true)] {
            root.must(statement).await;
            root.must("select pg_reload_conf()").await;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            for login in [Login::App, Login::Checker, Login::Operator] {
                let mut wire = Wire::connect(&world.url(login)).await;
                let found = wire.simple("select shikiri_seal.preflight()").await;
                let expected = if whole { "00000" } else { "SK021" };
                assert_eq!(found.code(), expected, "{statement}: {}", found.all());
                assert!(whole || found.message.contains(says), "{statement}: {}", found.all());
            }
        }
    }
}

/// What the seal must survive: it is the same in workers, read only, and under any name a client gives itself.
#[tokio::test]
async fn the_seal_holds_in_parallel_workers_read_only_and_with_start_up_options() {
    let world = World::new().await;
    for wish in [SealWish::Parameter, SealWish::Mac] {
        world.seal_by(wish).await;
        let target = Target::wall(&world).await;
        let mut app = Wire::connect(&target.app).await;
        app.enter(&target.a.secret).await;
        app.must(PARALLEL).await;
        assert_eq!(sealed_rows(&mut app).await, format!("{SLIPS_A} 1"));
        app.must("rollback; begin read only").await;
        let door = "select shikiri_seal.enter($1::text)";
        let entered = app.extended(door, &[Some(target.a.secret.clone())]).await;
        assert_eq!(entered.code(), "00000", "{}", entered.all());
        assert_eq!(sealed_rows(&mut app).await, format!("{SLIPS_A} 1"));
        let unbound = app.simple("rollback; select count(*) from shikiri.slip").await;
        assert_eq!(unbound.code(), "SK001");
    }
}

#[tokio::test]
async fn no_start_up_option_makes_a_seal() {
    let world = World::new().await;
    let b = Target::wall(&world).await.b;
    let seal = format!("{}_{}_session", b.tenant_id, b.user_id.replace('-', ""));
    for option in [
        format!("-c backtrace_functions={seal}"),
        format!("--backtrace_functions={seal}"),
        format!("--backtrace-functions={seal}"),
        format!("-cBACKTRACE_FUNCTIONS={seal}"),
    ] {
        let url = format!("{} options='{option}'", world.url(Login::App));
        let refused = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.err();
        let code = refused.as_ref().and_then(|it| it.code()).map(|it| it.code().to_owned());
        assert_eq!(code.as_deref(), Some("42501"), "{option}: {refused:?}");
    }
    // The same seal, written by the keeper, is B's: the refusals above kept something away.
    let mut root = Wire::connect(&world.superuser_url()).await;
    let make =
        format!("begin; set local backtrace_functions = '{seal}'; set local role shikiri_app");
    if world.seal_by(SealWish::Parameter).await == Seal::Parameter {
        root.must(&make).await;
        let seen = root.value("select min(tenant_id) || ' ' || max(tenant_id) from shikiri.slip");
        assert_eq!(seen.await, format!("{0} {0}", b.tenant_id), "{}", B.code);
    }
}

#[tokio::test]
async fn reset_all_opens_nothing_to_who_does_not_hold_the_other_billers_secret() {
    let world = World::new().await;
    for wish in [SealWish::Mac, SealWish::Auto] {
        world.seal_by(wish).await;
        one_after_the_other(&world).await;
    }
}

async fn one_after_the_other(world: &World) {
    let target = Target::wall(world).await;
    let mut app = Wire::connect(&target.app).await;
    app.enter(&target.a.secret).await;
    let rows = app.value("select count(*) from shikiri.slip").await;
    assert_ne!(rows, "0");
    // Postgres lets anybody put a parameter back to where it was when the session began: here, to nothing.
    app.must("savepoint before; reset all").await;
    let lost = app.simple("select count(*) from shikiri.slip").await;
    assert_eq!(lost.code(), "SK001", "a lost context is loud: {}", lost.all());
    app.must("rollback to before").await;
    assert_eq!(app.value("select count(*) from shikiri.slip").await, rows, "A is back");
    app.must("reset all").await;
    for wrong in ["", "nothing", &target.b.session_id.to_string()] {
        app.must("savepoint before").await;
        let refused =
            app.extended("select shikiri_seal.enter($1)", &[Some(wrong.to_owned())]).await;
        assert_eq!(refused.code(), "SK010", "{}", refused.all());
        app.must("rollback to before").await;
    }
    // As docs/promises.md says: who holds both secrets may use one after the other. Neither shows the other's rows.
    let entered =
        app.extended("select shikiri_seal.enter($1)", &[Some(target.b.secret.clone())]).await;
    assert_eq!(entered.code(), "00000", "{}", entered.all());
    let whose = app.simple("select distinct s.tenant_id from shikiri.slip s").await;
    assert_eq!(whose.rows, [[target.b.tenant_id.to_string()]]);
}
