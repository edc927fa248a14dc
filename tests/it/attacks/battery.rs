//! All checks of the wall in one call, so that a test can ask which of them notices a damage.

use shikiri::{dba::catalog::Login, testkit::World};

use super::{runner, script::Script, target::Target, unbound, wire::Wire};
use crate::schema;

/// The attacks that read, write or ask about rows; the others are about Postgres, not about the policies.
const ATTACKS: &[&str] = &[
    "00_seed_replay_filters_cleared",
    "01_forget_bind",
    "02_guc_forge",
    "03_seal_forge",
    "04_seal_replay_next_txn",
    "05_bind_forged_tokens",
    "14_joins_subqueries",
    "15_explain_analyze_rows_removed",
    "16_explain_estimates_histogram",
    "17_explain_tenant_sizes",
    "20_unique_oracle",
    "21_insert_as_b",
    "22_on_conflict_do_nothing",
    "26_write_into_b",
    "27_table_level_commands",
    "33_views_matviews_secdef",
    "50_two_tenants_one_txn",
    "51_cursor_over_rebind",
    "83_generic_plan_across_tenants",
    "90_unsealed_lazy_policy",
    "91_subquery_as_witness",
    "92_parameter_forge",
];

/// Which checks of a world's wall find something; nothing when it is whole.
///
/// Each finding is the name of a check: what it found depends on the order of rows.
pub async fn battery(world: &World, target: &Target) -> Vec<String> {
    let mut found = Vec::new();
    for file in ATTACKS {
        // An attack that succeeds too well breaks the test's own steps: that is a finding as well.
        let (script, target) = (Script::read(file), target.clone());
        let run = tokio::spawn(async move { runner::run(&script, &target).await });
        if !matches!(run.await, Ok(findings) if findings.is_empty()) {
            found.push(format!("attack {file}"));
        }
    }
    if !unbound::answers(&|login| world.url(login), &target.superuser).await.is_empty() {
        found.push("a result without a seal".to_owned());
    }
    let mut root = Wire::connect(&target.superuser).await;
    root.must("analyze").await;
    for (rule, _) in schema::broken(&mut root).await {
        found.push(format!("rule: {rule}"));
    }
    let mut app = Wire::connect(&target.app).await;
    if app.simple("select shikiri_seal.preflight()").await.state.is_some() {
        found.push("preflight".to_owned());
    }
    let digest = "select w.live_digest = w.deployed_digest from shikiri_seal.wall_state() w";
    let mut plain = Wire::connect(&world.url(Login::App)).await;
    let same = plain.simple(digest).await;
    if same.rows != [["t"]] {
        found.push("digest of the wall".to_owned());
    }
    if !sealed_once(&mut root, &target.app, &target.a.secret).await {
        found.push("shape of the plan".to_owned());
    }
    found
}

/// Whether a read is answered from an index on the sealed tenant, and asks for the seal twice, not per row.
async fn sealed_once(root: &mut Wire, app: &str, secret: &str) -> bool {
    let database = root.value("select current_database()").await;
    root.must(&format!("alter database {database} set track_functions = 'all'")).await;
    let mut app = Wire::connect(app).await;
    app.enter(secret).await;
    app.must("set local enable_seqscan = off; set local enable_bitmapscan = off").await;
    let read =
        "select s.tenant_id from shikiri.slip s where s.bill_number >= '0' order by s.bill_number";
    let (plan, outcome) =
        (app.simple(&format!("explain (costs off) {read}")).await, app.simple(read).await);
    let calls = "select f.calls from pg_stat_xact_user_functions f \
         where f.schemaname = 'shikiri_seal' and f.funcname = 'tenant'";
    let calls = app.value(calls).await;
    let plan = plan.rows.concat().join("\n");
    let indexed = plan.lines().any(|it| {
        it.contains("Index Cond: ((tenant_id = $")
            || it.contains("Index Cond: ((tenant_id = (InitPlan")
    });
    let first = plan
        .lines()
        .any(|it| it.trim_start().starts_with("Filter: ") && it.contains("[tenant_id]"));
    outcome.state.is_none() && indexed && first && calls == "2"
}
