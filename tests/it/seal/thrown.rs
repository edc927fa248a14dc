//! What is thrown while a door works: whatever it is, a second biller is never bound over the first.

use std::time::Duration;

use shikiri::{
    dba::catalog::{Login, SealWish},
    testkit::World,
};
use tokio_postgres::NoTls;

use crate::attacks::{Target, Wire};

/// What comes from outside of a statement: a timeout, a lock's, a cancel, a full stack, no memory, and worse.
const THROWN: &[&str] =
    &["57014", "55P03", "54001", "53200", "53400", "40001", "40P01", "42501", "22P02", "XX000"];

const DOOR: &str = "select shikiri_seal.enter($1::text)";

/// Whose the transaction is, or the error that says it is nobody's.
async fn bound(wire: &mut Wire) -> String {
    let found = wire.simple("select shikiri_seal.tenant()").await;
    found.state.unwrap_or_else(|| found.rows[0][0].clone())
}

/// Throws in the step that asks who is bound already, and tells whether B was bound over A.
async fn is_bound_over(world: &World, code: &str) -> bool {
    let target = Target::wall(world).await;
    let mut app = Wire::connect(&target.app).await;
    app.enter(&target.a.secret).await;
    app.must("savepoint a; set local x.thrown = '1'").await;
    let thrown = app.extended(DOOR, &[Some(target.b.secret.clone())]).await;
    if thrown.state.is_some() {
        assert_eq!(thrown.code(), code, "{}", thrown.all());
        app.must("rollback to a").await;
    }
    app.must("set local x.thrown = ''").await;
    let now = bound(&mut app).await;
    assert!(
        now == target.a.tenant_id.to_string() || now == target.b.tenant_id.to_string(),
        "{now}"
    );
    now == target.b.tenant_id.to_string()
}

/// Renames `tenant()` behind one that throws when it is told to.
fn plant(code: &str) -> String {
    format!(
        "alter function shikiri_seal.tenant() rename to tenant_before; \
         create function shikiri_seal.tenant() returns integer language plpgsql stable as $$ begin \
         if current_setting('x.thrown', true) = '1' then raise exception 'thrown' using errcode = '{code}'; end if; \
         return shikiri_seal.tenant_before(); end $$"
    )
}

const UNPLANT: &str = "drop function shikiri_seal.tenant(); \
     alter function shikiri_seal.tenant_before() rename to tenant";

#[tokio::test]
async fn whatever_the_look_at_the_first_seal_throws_the_door_throws_too() {
    for wish in [SealWish::Parameter, SealWish::Mac] {
        let world = World::new().await;
        world.seal_by(wish).await;
        let mut root = Wire::connect(&world.superuser_url()).await;
        for code in THROWN {
            root.must(&plant(code)).await;
            assert!(!is_bound_over(&world, code).await, "{wish:?}: {code}");
            root.must(UNPLANT).await;
        }
        // Earned: a door that takes every error for "nobody is bound" binds B.
        let text = "select pg_get_functiondef('shikiri_vault.bound_tenant()'::regprocedure)";
        let careless = root.value(text).await;
        let named = "when sqlstate 'SK001' or sqlstate 'SK002' then";
        assert!(careless.contains(named), "{careless}");
        root.must(&careless.replace(named, "when others then")).await;
        root.must(&plant("54001")).await;
        assert!(is_bound_over(&world, "54001").await, "{wish:?}: the test does not see it");
    }
}

/// The stack runs out at another depth of the door in every call: one of them is the look at the first seal.
#[tokio::test]
async fn stack_depth_binds_second_tenant_no_more() {
    for wish in [SealWish::Parameter, SealWish::Mac] {
        let world = World::new().await;
        world.seal_by(wish).await;
        let target = Target::wall(&world).await;
        let mut full = 0;
        for call in [
            "%s",
            "abs(%s)",
            "(select (select (select %s)))",
            "(select max(x) from (select %s as x) y)",
        ] {
            for ballast in
                ["", "a int; b int; c text;", "a text; b text; c text; d text; e text; f text;"]
            {
                let mut app = Wire::connect(&target.app).await;
                app.enter(&target.a.secret).await;
                let keep =
                    "select set_config('x.kb', $1::text, true), set_config('x.full', '0', true)";
                let kept = app.extended(keep, &[Some(target.b.secret.clone())]).await;
                assert_eq!(kept.code(), "00000");
                let door = call.replace("%s", "shikiri_seal.enter(current_setting('x.kb'))");
                // Each level calls itself until the stack is full, then tries the door on its way back.
                let block = format!(
                    "do $d$ declare {ballast} begin begin execute current_setting('x.do'); \
                     exception when statement_too_complex then null; end; \
                     begin perform {door}; exception when statement_too_complex then \
                     perform set_config('x.full', (current_setting('x.full')::int + 1)::text, true); \
                     when sqlstate 'SK004' then null; end; end $d$"
                );
                let set = "select set_config('x.do', $1::text, true)";
                assert_eq!(app.extended(set, &[Some(block.clone())]).await.code(), "00000");
                let ran = app.simple(&block).await;
                assert_eq!(ran.code(), "00000", "{}", ran.all());
                full += app
                    .value("select current_setting('x.full')")
                    .await
                    .parse::<u32>()
                    .expect("a number");
                let now = bound(&mut app).await;
                assert_eq!(now, target.a.tenant_id.to_string(), "{wish:?} {call} {ballast}");
            }
        }
        assert!(0 < full, "{wish:?}: no door met a full stack");
    }
}

/// Times out, is cancelled, or waits for a lock in vain, at whatever line it has got to.
#[tokio::test]
async fn what_interrupts_a_door_binds_nobody() {
    for wish in [SealWish::Parameter, SealWish::Mac] {
        let world = World::new().await;
        world.seal_by(wish).await;
        let target = Target::wall(&world).await;
        let mut app = Wire::connect(&target.app).await;
        let secret = Some(target.b.secret.clone());
        let many = "select count(shikiri_seal.enter($1::text)) from generate_series(1, 100000)";
        for (first, expected) in
            [(true, target.a.tenant_id.to_string()), (false, "SK001".to_owned())]
        {
            let mut met = 0;
            for n in 0..40 {
                match first {
                    true => app.enter(&target.a.secret).await,
                    false => app.must("rollback; begin").await,
                }
                app.must(&format!("savepoint s; set local statement_timeout = '{}ms'", 1 + n % 5))
                    .await;
                // Bound to A, every call is refused; else it enters again and again until the time is over.
                let found = app.extended(many, std::slice::from_ref(&secret)).await;
                assert!(["57014", "SK004"].contains(&found.code()), "{}", found.all());
                met += u32::from(found.code() == "57014");
                app.must("rollback to s").await;
                assert_eq!(bound(&mut app).await, expected, "{wish:?}");
            }
            assert!(first || 30 < met, "{wish:?}: {met} timeouts");
        }
        cancelled(&target).await;
        locked(&world, &target).await;
    }
}

/// A cancel from another connection, in the middle of entering.
async fn cancelled(target: &Target) {
    let mut app = Wire::connect(&target.app).await;
    let many = "select count(shikiri_seal.enter($1::text)) from generate_series(1, 1000000)";
    for n in 0..5 {
        app.must("rollback; begin; savepoint s").await;
        let token = app.client.cancel_token();
        let secret = [Some(target.b.secret.clone())];
        let mut entering = Box::pin(app.extended(many, &secret));
        // The first may come before the statement does.
        let found = loop {
            tokio::select! {
                found = &mut entering => break found,
                () = tokio::time::sleep(Duration::from_millis(20 + n)) => {
                    token.cancel_query(NoTls).await.expect("is asked to stop");
                }
            }
        };
        drop(entering);
        assert_eq!(found.code(), "57014", "{}", found.all());
        app.must("rollback to s").await;
        assert_eq!(bound(&mut app).await, "SK001");
    }
}

/// Each table that a door reads is locked in turn: the door gives up, and nobody is bound.
async fn locked(world: &World, target: &Target) {
    let mut root = Wire::connect(&world.superuser_url()).await;
    for (login, door, table) in [
        (Login::App, "enter", "shikiri_vault.session"),
        (Login::App, "enter", "shikiri_ops.tenant"),
        (Login::App, "enter_export", "shikiri_vault.ticket"),
        (Login::Checker, "enter_check", "shikiri_vault.ticket"),
    ] {
        root.must(&format!("begin; lock table {table} in access exclusive mode")).await;
        let mut wire = Wire::connect(&world.url(login)).await;
        wire.must("begin; set local lock_timeout = '20ms'; savepoint s").await;
        let text = format!("select shikiri_seal.{door}($1::text)");
        let found = wire.extended(&text, &[Some(target.b.secret.clone())]).await;
        assert_eq!(found.code(), "55P03", "{door} {table}: {}", found.all());
        wire.must("rollback to s").await;
        assert_eq!(bound(&mut wire).await, "SK001");
        root.must("rollback").await;
    }
}
