//! Without a seal: every table, every role, every kind of statement is an error, never a result.

use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, World},
};

use super::{target::Target, wire::Wire};

/// What a table may answer to somebody without a seal.
const ERRORS: &[&str] = &["SK001", "42501"];

/// Every table of tenant data, as the catalogue has it.
pub async fn tables(root: &mut Wire) -> Vec<String> {
    let text = "select c.relname from pg_class c where c.relnamespace = 'shikiri'::regnamespace \
         and c.relkind in ('r', 'p') order by c.relname";
    let found = root.simple(text).await;
    assert!(found.rows.len() >= 14, "{}", found.all());
    found.rows.into_iter().map(|mut row| row.swap_remove(0)).collect()
}

/// The four statements, with a column that the role may write where there is one.
async fn statements(root: &mut Wire, role: &str, table: &str) -> [String; 5] {
    let text = format!(
        "select coalesce((select a.attname from pg_attribute a where a.attrelid = '{table}'::regclass \
         and a.attnum > 0 and has_column_privilege('{role}', a.attrelid, a.attnum, 'update') limit 1), 'tenant_id')"
    );
    let column = root.value(&text).await;
    [
        format!("select count(*) from {table}"),
        format!("select * from {table} order by tenant_id limit 1"),
        format!("insert into {table} (tenant_id) values (2)"),
        format!("update {table} set {column} = {column}"),
        format!("delete from {table}"),
    ]
}

/// Tries everything as every role; what was answered, if anything was.
pub async fn answers(app: &dyn Fn(Login) -> String, superuser: &str) -> Vec<String> {
    let mut root = Wire::connect(superuser).await;
    let tables = tables(&mut root).await;
    let mut answered = Vec::new();
    let mut tried = |role: &str, sql: &str, outcome: super::wire::Outcome| {
        if !ERRORS.contains(&outcome.code()) {
            answered.push(format!("unbound: {role}: {sql}: {}", outcome.code()));
        }
    };
    for login in Login::ALL {
        let mut wire = Wire::connect(&app(login)).await;
        for table in &tables {
            let table = format!("shikiri.{table}");
            for sql in statements(&mut root, login.role(), &table).await {
                wire.must("rollback; begin").await;
                let outcome = wire.simple(&sql).await;
                tried(login.role(), &sql, outcome);
            }
        }
    }
    // The owners cannot log in. FORCE ROW LEVEL SECURITY is what makes the policies apply to them.
    let mut wire = Wire::connect(superuser).await;
    for role in ["shikiri_owner", "shikiri_keeper"] {
        for table in &tables {
            let table = format!("shikiri.{table}");
            for sql in statements(&mut root, role, &table).await {
                wire.must(&format!("rollback; begin; set local role {role}")).await;
                let outcome = wire.simple(&sql).await;
                tried(role, &sql, outcome);
            }
        }
    }
    answered
}

/// What came in by file, and what happened to a slip.
const INTAKE: &[&str] = &[
    "select shikiri_seal.withdraw_slip(':bill', 0::smallint, 'voided', 'x')",
    "insert into shikiri.slip_import (tenant_id, import_id, mode, outcome, encoding, encoding_detected, file_sha256, \
     file_bytes, row_count, error_count, notice_count, imported_by) select shikiri_seal.tenant(), gen_random_uuid(), \
     'dry_run', 'valid', 'utf-8', true, 'x', 1, 1, 0, 0, shikiri_seal.actor()",
    "insert into shikiri.slip_import_fault (tenant_id, import_id, fault_no, severity, line, code) \
     select tenant_id, import_id, 1, 'notice', 1, 'x' from shikiri.slip_import",
    "insert into shikiri.payment_import (tenant_id, import_id, layout, file_sha256, file_bytes, event_count, new_count, \
     imported_by) select shikiri_seal.tenant(), gen_random_uuid(), 'x', 'x', 1, 1, 1, shikiri_seal.actor()",
    "insert into shikiri.payment_event (tenant_id, event_key, bill_number, reissue_number, kind, source_code, paid_on, \
     paid_at, amount_yen, barcode, check_digit_fits, chain_code, store_code, import_id, line) \
     select tenant_id, sha256('x'), ':bill', 0, 'confirmed', '02', '2026-01-01', '1200', 1, repeat('1', 44), false, 'x', \
     'x', import_id, 1 from shikiri.payment_import",
];

/// Gives every table rows of A and of B: an empty table has nothing to refuse.
pub async fn fill(world: &World, target: &Target) {
    let mut app = Wire::connect(&target.app).await;
    for party in [&target.a, &target.b] {
        let filled = "insert into shikiri.idempotency_record \
             (tenant_id, user_id, route, idempotency_key, body_digest, result_ids) \
             select shikiri_seal.tenant(), shikiri_seal.actor(), 'POST /v1/slips', 'key', 'x', '{}'";
        app.enter(&party.secret).await;
        app.must(filled).await;
        for filled in INTAKE {
            app.must(&filled.replace(":bill", &party.bill)).await;
        }
        app.must("commit").await;
        let export = super::matrix::run_export(world, &mut app, party).await;
        app.enter(&party.secret).await;
        let report = format!("select outcome from shikiri_seal.report_print('{export}', 1, null)");
        assert_eq!(app.value(&report).await, "reported");
        let fetched = format!("select shikiri_seal.begin_fetch('{export}', 0, 1) is null");
        assert_eq!(app.value(&fetched).await, "f");
        let link = format!(
            "select outcome from shikiri_seal.make_link('{export}', 60, 'none', '{}')",
            party.session_id
        );
        assert_eq!(app.value(&link).await, "made");
        app.must("commit").await;
    }
    let mut root = Wire::connect(&target.superuser).await;
    for table in tables(&mut root).await {
        for party in [&target.a, &target.b] {
            let count = format!(
                "select count(*) from shikiri.{table} where tenant_id = {}",
                party.tenant_id
            );
            assert_ne!(root.value(&count).await, "0", "{table} has no row to refuse");
        }
    }
}

#[tokio::test]
async fn nobody_gets_a_result_without_a_seal() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    fill(&world, &target).await;
    let answered = answers(&|login| world.url(login), &target.superuser).await;
    assert_eq!(answered, Vec::<String>::new());
}

#[tokio::test]
async fn every_table_shows_each_biller_its_own_rows_only() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    fill(&world, &target).await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let mut root = Wire::connect(&target.superuser).await;
    for table in tables(&mut root).await {
        shikiri::assert_isolated!(world, &format!("shikiri.{table}"), a, b);
    }
}
