//! The states of an export: every step that is drawn is taken, no other, and each is in the chain first.

use std::time::Duration;

use shikiri::{
    dba::catalog::Login,
    domain::{ByteRange, ExportState},
    export::OrderError,
    statements::exports::EndInterrupted,
    testkit::{A, SLIPS_A, World},
};

use super::{
    accidents::{hold_at_first_page, left, until_held},
    all, ended, exporter, line,
};
use crate::attacks::{Target, Wire};

/// Every legal step, by hand: the drawing in the documentation, not the function that is tested.
const DRAWN: &[(&str, &[&str])] = &[
    ("queued", &["running", "cancelled", "stopped", "tripped", "failed"]),
    ("running", &["checking", "cancelled", "stopped", "tripped", "failed"]),
    ("checking", &["ready", "cancelled", "stopped", "tripped", "failed"]),
    ("ready", &["delivering", "expired", "recalled"]),
    ("delivering", &["delivered", "expired", "recalled"]),
    ("delivered", &["expired", "recalled"]),
    ("expired", &["shredded"]),
    ("recalled", &["shredded"]),
    ("shredded", &[]),
    ("cancelled", &[]),
    ("stopped", &[]),
    ("tripped", &[]),
    ("failed", &[]),
];

const ENDED: &[&str] = &["cancelled", "stopped", "tripped", "failed"];

/// A keeper's transaction for the biller of the one export there is, which is in this state.
async fn in_state(root: &mut Wire, state: &str) {
    let failure = if ENDED.contains(&state) { "'x'" } else { "null" };
    root.must(&format!(
        "begin; \
         update shikiri.export_state set state = '{state}', failure = {failure}, artefact_sha256 = 'x', \
             artefact_bytes = 1, rows_digest = 'x'; \
         select shikiri_vault.bind(e.tenant_id, '00000000-0000-0000-0000-000000000000', 'upkeep') \
             from shikiri.export e; \
         set local role shikiri_keeper"
    ))
    .await;
}

#[tokio::test]
async fn every_step_that_is_drawn_is_taken_and_no_other() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let id = exporter(&world, dir.path()).order(&a, all(SLIPS_A)).await.expect("ordered");
    ended(&world, &a, id).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let mut taken = 0;
    for from in ExportState::ALL.map(ExportState::as_str) {
        let (_, legal) = DRAWN.iter().find(|(it, _)| *it == from).expect("it is drawn");
        for to in ExportState::ALL.map(ExportState::as_str) {
            in_state(&mut root, from).await;
            let failure = if ENDED.contains(&to) { "'x'" } else { "null" };
            let step = format!(
                "select shikiri_vault.move_export(e.export_id, '{to}', {failure}, '{{\"n\": 1}}') from shikiri.export e"
            );
            let outcome = root.simple(&step).await;
            if legal.contains(&to) {
                assert_eq!(outcome.code(), "00000", "{from} -> {to}: {}", outcome.all());
                // In every place that tells the state, and in the chain.
                let told = "select s.state, l.state, s.state_seq = c.seq, v.seq = c.seq, v.object = e.export_id::text, \
                     v.detail ->> 'from', v.detail ->> 'n' \
                     from shikiri.export e join shikiri.export_state s using (tenant_id, export_id) \
                     join shikiri_ops.export_ledger l using (tenant_id, export_id) \
                     join shikiri_vault.chain_head c using (tenant_id) \
                     join shikiri.audit_event v on v.tenant_id = e.tenant_id and v.seq = s.state_seq";
                let told = match root.simple(&format!("reset role; {told}")).await {
                    told if to != "tripped" => told,
                    // Its incident is one event more.
                    _ => root.simple(&told.replace("= c.seq", "= c.seq - 1")).await,
                };
                assert_eq!(told.rows, [[to, to, "t", "t", "t", from, "1"]], "{}", told.all());
                taken += 1;
            } else {
                assert_eq!(outcome.code(), "55000", "{from} -> {to}: {}", outcome.all());
            }
            root.must("rollback").await;
        }
    }
    assert_eq!(taken, DRAWN.iter().map(|(_, to)| to.len()).sum::<usize>());
}

#[tokio::test]
async fn one_function_moves_an_export_and_nothing_else_can() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let movers = "select p.proname from pg_proc p where p.pronamespace::regnamespace::text like 'shikiri%' \
         and p.prosrc ~ 'update shikiri.export_state' and p.prosrc ~ '[^_]state ='  \
         and regexp_replace(p.prosrc, 'where.*?;', '', 'g') ~ 'set\\s+state ='";
    assert_eq!(root.simple(movers).await.rows, [["move_export"]]);
    let may = "select r.rolname from pg_roles r where r.rolname <> 'shikiri_keeper' and not r.rolsuper \
         and r.rolname like 'shikiri%' and has_function_privilege(r.oid, \
         'shikiri_vault.move_export(uuid, text, text, jsonb)', 'execute')";
    assert_eq!(root.simple(may).await.rows, Vec::<Vec<String>>::new());
}

/// An order is frozen: every role tries to change it, with the seal of its own biller where it can get one.
#[tokio::test]
async fn no_role_changes_an_order() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let id = exporter(&world, dir.path()).order(&a, all(SLIPS_A)).await.expect("ordered");
    ended(&world, &a, id).await;
    let target = Target::wall(&world).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let orders = "select md5(string_agg(e::text, ',')) from shikiri.export e";
    let before = root.value(orders).await;
    let tries = [
        "update shikiri.export set filter = '{\"all\": true}', expected_rows = 40000",
        "update shikiri.export set purpose = 'x'",
        "delete from shikiri.export",
        "truncate shikiri.export cascade",
        "insert into shikiri.export select tenant_id, gen_random_uuid(), report, filter, 1, requested_by from shikiri.export",
        "merge into shikiri.export e using (select 1) x on true when matched then update set purpose = 'x'",
    ];
    let mut refused = 0;
    for login in Login::ALL {
        let mut wire = Wire::connect(&world.url(login)).await;
        let roles: &[&str] = match login {
            Login::Migrator => &["shikiri_owner", "shikiri_keeper"],
            _ => &["none"],
        };
        for role in roles {
            for attempt in tries {
                wire.must(&format!("begin; set local role {role}")).await;
                if login == Login::App {
                    let enter = "select shikiri_seal.enter($1::text)";
                    let secret = Some(target.a.secret.clone());
                    assert_eq!(wire.extended(enter, &[secret]).await.code(), "00000");
                }
                let outcome = wire.simple(attempt).await;
                assert!(
                    ["42501", "SK001"].contains(&outcome.code()) || outcome.code() == "42P01",
                    "{} as {role}: {attempt}: {}",
                    login.role(),
                    outcome.all()
                );
                wire.must("rollback").await;
                refused += 1;
            }
        }
    }
    assert_eq!(refused, tries.len() * (Login::ALL.len() + 1));
    // The keeper, whose functions run for a bound biller, holds no right to change one either.
    let rights = "select has_table_privilege('shikiri_keeper', 'shikiri.export', 'update, delete, truncate')";
    assert_eq!(root.value(rights).await, "f");
    assert_eq!(root.value(orders).await, before);
}

/// The chain comes first: where it cannot be written, nothing is ordered, released, cancelled or fetched.
#[tokio::test]
async fn what_the_chain_cannot_take_does_not_happen() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let released = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    assert_eq!(ended(&world, &a, released).await.state, ExportState::Ready);
    let hold = hold_at_first_page(&world).await;
    let held = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let full = "alter table shikiri.audit_event add constraint full_disk check (false) not valid";
    root.must(full).await;
    // Nothing is ordered, and nothing fetched.
    let orders = "select count(*) from shikiri.export";
    let before = root.value(orders).await;
    let refused = exporter.order(&a, all(SLIPS_A)).await;
    assert!(matches!(refused, Err(OrderError::Db(_))), "{refused:?}");
    assert_eq!(root.value(orders).await, before);
    assert!(exporter.fetch(&a, released, ByteRange::Whole).await.is_err());
    // What is drawn is neither checked nor released, nor even ended: its state stays what it was.
    drop(hold);
    assert!(exporter.drain(Duration::from_secs(10)).await);
    assert_eq!(line(&world, &a, held).await.state, ExportState::Running);
    assert!(exporter.fetch(&a, held, ByteRange::Whole).await.is_err());
    assert_eq!(left(dir.path()).len(), 2, "the one that was released before");
    // The chain can be written again: the dead job is ended, and the released one fetched.
    root.must("alter table shikiri.audit_event drop constraint full_disk").await;
    root.must("update shikiri_ops.export_ledger set lease_until = clock_timestamp() - interval '1 s' where state = 'running'")
        .await;
    assert_eq!(world.pool().call(&EndInterrupted {}).await, Ok(vec![1]));
    let over = line(&world, &a, held).await;
    assert_eq!((over.state, over.failure.as_deref()), (ExportState::Failed, Some("interrupted")));
    assert!(exporter.fetch(&a, released, ByteRange::Whole).await.is_ok());
}
