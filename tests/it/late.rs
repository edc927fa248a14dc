//! What comes late or stands in the way: old snapshots, open transactions, held locks, events without their rows.

use shikiri::{
    dba::catalog::Login,
    domain::OnConflict,
    statements::operator::SuspendTenant,
    testkit::{A, B, PASSWORD, SLIPS_A, World},
};

use crate::attacks::{Outcome, Target, Wire};

async fn enter(wire: &mut Wire, secret: &str) -> Outcome {
    let door = "select shikiri_seal.enter($1::text)";
    wire.extended(door, &[Some(secret.to_owned())]).await
}

async fn suspend(world: &World, suspend: bool) {
    let mut operator = world.operator().await;
    let call = SuspendTenant { tenant_code: A.code.to_owned(), suspend };
    assert!(operator.call_one(&call).await.expect("suspends"));
}

/// How a session ends.
async fn end(world: &World, target: &Target, how: &str) {
    match how {
        "log out" => {
            let mut wire = Wire::connect(&target.app).await;
            wire.enter(&target.a.secret).await;
            let text = format!("select shikiri_seal.end_session('{}')", target.a.session_id);
            assert_eq!(wire.value(&text).await, "t");
            wire.must("commit").await;
        }
        "take over" => {
            let told = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await;
            assert!(told.is_ok());
        }
        _ => suspend(world, true).await,
    }
}

#[tokio::test]
async fn a_snapshot_from_before_its_session_ended_lets_nobody_in() {
    for how in ["log out", "take over", "suspend"] {
        let world = World::new().await;
        let target = Target::wall(&world).await;
        let mut old = Vec::new();
        for mode in ["repeatable read", "repeatable read, read only", "serializable"] {
            let mut wire = Wire::connect(&target.app).await;
            wire.must(&format!("begin isolation level {mode}; select 1; savepoint s")).await;
            old.push((mode, wire));
        }
        let mut exporter = Wire::connect(&target.app).await;
        exporter.must("begin isolation level repeatable read").await;
        let snapshot = exporter.value("select pg_export_snapshot()").await;
        // An end that was undone is none.
        let mut undone = Wire::connect(&target.app).await;
        undone.enter(&target.a.secret).await;
        let text = format!("select shikiri_seal.end_session('{}')", target.a.session_id);
        assert_eq!(undone.value(&text).await, "t");
        for (mode, wire) in &mut old {
            assert_eq!(enter(wire, &target.a.secret).await.code(), "00000", "{mode}: under way");
            wire.must("rollback to s").await;
        }
        undone.must("rollback").await;
        for (mode, wire) in &mut old {
            assert_eq!(enter(wire, &target.a.secret).await.code(), "00000", "{mode}: undone");
            wire.must("rollback to s").await;
        }
        end(&world, &target, how).await;
        for (mode, wire) in &mut old {
            assert_eq!(enter(wire, &target.a.secret).await.code(), "SK010", "{how}, {mode}");
            wire.must("rollback to s").await;
        }
        let mut heir = Wire::connect(&target.app).await;
        let import =
            format!("begin isolation level repeatable read; set transaction snapshot '{snapshot}'");
        heir.must(&import).await;
        assert_eq!(enter(&mut heir, &target.a.secret).await.code(), "SK010", "{how}, handed on");
    }
}

#[tokio::test]
async fn a_transaction_that_is_open_outlives_a_suspension_until_it_ends() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut wire = Wire::connect(&target.app).await;
    wire.enter(&target.a.secret).await;
    suspend(&world, true).await;
    // The limit that README names: its own rows, to the end of this transaction, and not one statement longer.
    let own = wire.value("select count(*) from shikiri.slip").await;
    assert_eq!(own, SLIPS_A.to_string());
    let text =
        format!("select count(*) from shikiri.slip where tenant_id <> {}", target.a.tenant_id);
    assert_eq!(wire.value(&text).await, "0");
    wire.must("commit; begin").await;
    assert_eq!(enter(&mut wire, &target.a.secret).await.code(), "SK010");
}

#[tokio::test]
async fn a_biller_that_holds_its_locks_holds_up_nobody_else() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut holder = Wire::connect(&target.app).await;
    holder.must("select pg_advisory_lock(6003107), pg_advisory_lock(6003108)").await;
    holder.enter(&target.a.secret).await;
    // Its chain, and one of its logins.
    let text = format!("select shikiri_seal.end_session('{}')", target.a.session_id);
    assert_eq!(holder.value(&text).await, "t");
    let mut app = Wire::connect(&target.app).await;
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    let mut operator = Wire::connect(&world.url(Login::Operator)).await;
    for wire in [&mut app, &mut checker, &mut operator] {
        wire.must("set statement_timeout = '5s'").await;
    }
    for biller in [&A, &B] {
        let text =
            format!("select shikiri_seal.begin_login('{}', 'admin', sha256('x'))", biller.code);
        app.value(&text).await;
    }
    assert_eq!(checker.value("select shikiri_seal.settle_logins()").await, "1", "of B; A's waits");
    for upkeep in ["end_interrupted_exports()", "expire_exports()"] {
        app.value(&format!("select shikiri_seal.{upkeep}")).await;
    }
    checker.value("select shikiri_seal.note_shredded('{}', '{}')").await;
    operator.value("select code_a from shikiri_ops.open_probes()").await;
    operator.value("select shikiri_ops.record_wall('audit')").await;
    let other = format!("select shikiri_ops.suspend_tenant('{}', false)", B.code);
    assert_eq!(operator.value(&other).await, "t");
    holder.must("rollback").await;
    assert_eq!(checker.value("select shikiri_seal.settle_logins()").await, "1", "A's turn");
}

#[tokio::test]
async fn no_event_is_written_of_rows_that_its_transaction_did_not_make() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut app = Wire::connect(&target.app).await;
    let insert = |bill: &str| {
        format!(
            "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, \
             due_date, revenue_stamp, amount_yen) \
             values ({}, '{bill}', 0, '1', 'x', '2026-12-31', false, 100)",
            target.a.tenant_id
        )
    };
    let note = |bills: &str, numbers: &str| {
        format!("select shikiri_seal.note_registered('{{{bills}}}', '{{{numbers}}}') > 0")
    };
    let (one, two) = ("7777777777777770", "7777777777777771");
    let import = "'00000000-0000-0000-0000-000000000001'";
    app.enter(&target.a.secret).await;
    app.must(&insert(one)).await;
    app.must(&format!(
        "insert into shikiri.slip_import (tenant_id, import_id, mode, outcome, encoding, encoding_detected, file_sha256, \
         file_bytes, row_count, error_count, notice_count, imported_by) select {0}, {import}, 'commit', 'registered', \
         'utf-8', true, 'x', 1, 1, 0, 0, shikiri_seal.actor(); \
         insert into shikiri.payment_import (tenant_id, import_id, layout, file_sha256, file_bytes, event_count, new_count, \
         imported_by) select {0}, {import}, 'x', 'x', 1, 3, 2, shikiri_seal.actor(); savepoint s",
        target.a.tenant_id
    ))
    .await;
    let slips = |rows: u32, first: &str, file: &str| {
        format!(
            "select shikiri_seal.note_slip_import({import}, {rows}, '{first}-0', '{one}-0', '{file}') > 0"
        )
    };
    let payments = |events: u32| {
        format!("select shikiri_seal.note_payment_import({import}, 'x', {events}, 2, 'x') > 0")
    };
    let both = format!("{one},{two}");
    let twice = format!("{one},{one}");
    let true_ones = [note(one, "0"), slips(1, one, "x"), payments(3)];
    for text in &true_ones {
        assert_eq!(app.value(text).await, "t", "{text}");
    }
    let false_ones = [
        note(&both, "0,0"),
        note(&twice, "0,0"),
        note("", ""),
        slips(2, one, "x"),
        slips(1, two, "x"),
        slips(1, one, "y"),
        payments(4),
        // There, but made by an earlier transaction.
        note(&target.a.bill, "0"),
    ];
    for text in &false_ones {
        assert_eq!(app.simple(text).await.code(), "55000", "{text}");
        app.must("rollback to s").await;
    }
    app.must("commit").await;
    for text in &true_ones {
        app.enter(&target.a.secret).await;
        assert_eq!(app.simple(text).await.code(), "55000", "later: {text}");
    }
}
