//! SQL injected on the service's own connection tries to mark an export checked or released.

use shikiri::{dba::catalog::Login, testkit::World};

use crate::attacks::{Target, Wire};

/// What an attacker would send, in whichever transaction there is.
const FORGERIES: &[&str] = &[
    "update shikiri.export_state set state = 'ready'",
    "update shikiri.export_state set state = 'checking', rows_digest = 'x'",
    "insert into shikiri.export_state (tenant_id, export_id, state) select tenant_id, gen_random_uuid(), 'ready' from shikiri.export",
    "insert into shikiri.export_check (tenant_id, export_id, row_count, amount_yen, tenant_count, rows_digest, agrees) \
         select tenant_id, export_id, 45, 1, 1, 'x', true from shikiri.export",
    "select shikiri_seal.record_check(45, 1, 1, 'x')",
    "select shikiri_vault.move_export(e.export_id, 'ready', null, null) from shikiri.export e",
    "select shikiri_vault.append_event('export.released', 'x', '{}')",
    "insert into shikiri.audit_event select * from shikiri.audit_event",
    "update shikiri_ops.export_ledger set state = 'ready'",
    "select * from shikiri_vault.ticket",
    "set role shikiri_keeper",
    "set session authorization shikiri_checker",
];

/// The digest of forty-five rows, each as the pages below say.
const FINISH: &str = "select shikiri_seal.finish_drawing(sha256(decode(repeat('ab', 45 * 32), 'hex')), 'x', 9, null)";

#[tokio::test]
async fn nothing_sent_on_the_application_s_connection_checks_or_releases() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    // The order's answer holds both tickets: an attacker inside the service may have seen them.
    app.enter(&target.a.secret).await;
    let order = "select o.export_ticket, o.check_ticket from shikiri_seal.order_export(\
         'slip_list', '{\"all\": true}', 45, null, '{}') o";
    let tickets = app.simple(order).await.rows.swap_remove(0);
    app.must("commit").await;
    let enter = async |app: &mut Wire, door: &str, secret: &str| {
        app.must("rollback; begin").await;
        let text = format!("select shikiri_seal.{door}($1::text)");
        app.extended(&text, &[Some(secret.to_owned())]).await.code().to_owned()
    };
    assert_eq!(enter(&mut app, "enter_export", &tickets[0]).await, "00000");
    assert_eq!(app.value("select shikiri_seal.begin_export(45, 1, 3)").await, "running");
    for page in 1..=3 {
        let report = format!(
            "select shikiri_seal.report_pages('{{{page}}}', '{{15}}', '{{1}}', '{{a}}', '{{b}}', \
             array[decode(repeat('ab', 15 * 32), 'hex')], '{{null}}', '{{null}}')"
        );
        assert_eq!(app.value(&report).await, "running");
    }
    assert_eq!(app.value(FINISH).await, "checking");
    // Without a check there is no release, though the ticket is good.
    assert_eq!(app.value("select shikiri_seal.release_export('x', 'x')").await, "unchecked");
    app.must("commit").await;
    assert_eq!(
        enter(&mut app, "enter_check", &tickets[1]).await,
        "42501",
        "not with the check's ticket"
    );
    let mut tried = 0;
    for (door, secret) in [("enter", &target.a.secret), ("enter_export", &tickets[0])] {
        for forgery in FORGERIES {
            assert_eq!(enter(&mut app, door, secret).await, "00000");
            let outcome = app.simple(forgery).await;
            assert_eq!(outcome.code(), "42501", "{door}: {forgery}: {}", outcome.all());
            tried += 1;
        }
    }
    assert_eq!(tried, 2 * FORGERIES.len());
    app.must("rollback").await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let state = "select s.state || ' ' || (select count(*) from shikiri.export_check) from shikiri.export_state s";
    assert_eq!(root.value(state).await, "checking 0");
    // The checker itself, with the true figures of another computation, trips it.
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    assert_eq!(enter(&mut checker, "enter_check", &tickets[1]).await, "00000");
    assert_eq!(checker.value("select shikiri_seal.record_check(45, 2, 1, 'x')").await, "f");
    checker.must("commit").await;
    assert_eq!(root.value(state).await, "tripped 1");
    assert_eq!(
        root.value("select cause from shikiri_ops.incident").await,
        "second_computation_disagrees"
    );
}
