//! The plan of the big read: an export's block comes from the index alone, sealed, under a generic plan.

use shikiri::{testkit::World, wall::PLANNER_OPTIONS};

use crate::{
    attacks::{Target, Wire},
    http::payments::exceptions as payments,
};

const BLOCK: &str = include_str!("../../../sql/queries/exports/slip_block.sql");
const PAGE: &str = include_str!("../../../sql/queries/slips/list.sql");
const EXCEPTIONS: &str = include_str!("../../../sql/queries/payments/exceptions.sql");
const TYPES: &str =
    "text, smallint, text, text, smallint, text, date, date, integer, integer, bigint";

/// Enough rows of three billers that a sequential scan would not be cheaper.
const ROWS: &str = "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, \
     revenue_stamp, amount_yen) select t, lpad((1000000 + n)::text, 16, '0'), 0, 'C' || n, 'x' || n, false, 1000 \
     from generate_series(1, 3) t, generate_series(1, 10000) n";

/// The plan that a generic plan of the block has, inside A's seal.
pub async fn block_plan(target: &Target) -> String {
    let mut root = Wire::connect(&target.superuser).await;
    root.must(ROWS).await;
    root.must("vacuum (analyze) shikiri.slip").await;
    let mut app = Wire::connect(&target.app).await;
    app.must("set plan_cache_mode = force_generic_plan").await;
    app.must(&format!("prepare block ({TYPES}) as {BLOCK}")).await;
    app.enter(&target.a.secret).await;
    let text = "explain (analyze, costs off, timing off, summary off) execute block \
         ('', -1, '', '9999999999999999', null, null, null, null, null, null, 1000)";
    let plan = app.simple(text).await;
    assert!(plan.state.is_none(), "{}", plan.all());
    plan.rows.concat().join("\n")
}

#[tokio::test]
async fn an_export_block_is_read_from_the_index_alone() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let plan = block_plan(&target).await;
    assert!(plan.contains("Index Only Scan using slip_pkey"), "{plan}");
    assert!(!plan.contains("Sort"), "{plan}");
    let condition = plan.lines().find(|it| it.contains("Index Cond:")).expect("a condition");
    // 15 prints the sub-select as $1, 18 by its name.
    let sealed =
        condition.contains("(tenant_id = $") || condition.contains("(tenant_id = (InitPlan");
    assert!(sealed && condition.contains("ROW(bill_number, reissue_number)"), "{plan}");
    let filter = plan.lines().find(|it| it.contains("Filter:")).expect("a filter");
    assert!(filter.contains("[tenant_id]"), "{plan}");
    // Nothing of the filter removes a row: the index condition has done it.
    assert!(!plan.contains("Rows Removed by Filter"), "{plan}");
}

/// A page in the middle of a large biller's slips, planned as the service plans it. Postgres thinks that few rows are
/// left, because columns have no statistics, and would sort all of them.
#[tokio::test]
async fn a_page_reads_its_own_rows_and_no_more() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut root = Wire::connect(&target.superuser).await;
    root.must(ROWS).await;
    root.must("vacuum (analyze) shikiri.slip").await;
    // What makes Postgres sort is a table of half a million rows; it is told so, and need not be given them.
    root.must(
        "update pg_class set reltuples = reltuples * 20 where relname in ('slip', 'slip_pkey')",
    )
    .await;
    let page = async |options: &str| {
        let mut app = Wire::connect(&format!("{} {options}", target.app)).await;
        app.must(&format!("prepare page ({TYPES}) as {PAGE}")).await;
        app.enter(&target.a.secret).await;
        let text = "explain (analyze, costs off, timing off, summary off) execute page \
             ('0000000001005000', 0, '', '9999999999999999', null, null, null, null, null, null, 21)";
        let plan = app.simple(text).await;
        assert!(plan.state.is_none(), "{}", plan.all());
        plan.rows.concat().join("\n")
    };
    // What the options prevent; 18 prices it otherwise.
    if root.value("select current_setting('server_version_num')").await.starts_with("15") {
        let sorted = page("options='-c plan_cache_mode=force_generic_plan'").await;
        assert!(sorted.contains("Bitmap Heap Scan on slip"), "it has gone away: {sorted}");
    }
    let plan = page(&format!("options='{PLANNER_OPTIONS}'")).await;
    let scan = plan.lines().find(|it| it.contains("Index Only Scan using slip_pkey"));
    assert!(scan.is_some_and(|it| it.contains("rows=21")), "{plan}");
    assert!(!plan.contains("Bitmap") && !plan.contains("Seq Scan"), "{plan}");
}

/// Buffers that a page of strange payments touches, of which there are none, among so many that are not.
async fn exceptions_buffers(root: &mut Wire, target: &Target, import: &str, count: u32) -> u64 {
    root.must(&payments::clean(import, count)).await;
    root.must("vacuum (analyze) shikiri.payment_event").await;
    root.must("vacuum (analyze) shikiri.slip").await;
    let mut app = Wire::connect(&format!("{} options='{PLANNER_OPTIONS}'", target.app)).await;
    let types = "date, bytea, date, date, text, bigint, bigint";
    app.must(&format!("prepare page ({types}) as {EXCEPTIONS}")).await;
    app.enter(&target.a.secret).await;
    let plan = app
        .simple(
            "explain (analyze, buffers, costs off, timing off, summary off) \
             execute page ('1999-12-31', '', null, null, null, 21, 2000)",
        )
        .await;
    assert!(plan.state.is_none(), "{}", plan.all());
    let text = plan.rows.concat().join("\n");
    assert!(
        text.contains("payment_event_by_day") && !text.contains("Seq Scan on payment"),
        "{text}"
    );
    let touched = text.lines().find(|it| it.contains("Buffers: shared")).expect("buffers");
    let numbers = touched.split(['=', ' ']).filter_map(|it| it.parse::<u64>().ok());
    numbers.sum()
}

/// The accident: a hundred thousand payments without a fault, and a page that looks at all of them to say so.
#[tokio::test]
async fn a_page_of_strange_payments_costs_the_same_however_many_are_not() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut root = Wire::connect(&target.superuser).await;
    let import = "00000000-0000-4000-8000-000000000001";
    let mut touched = Vec::new();
    for count in [5_000, 100_000] {
        root.must("truncate shikiri.payment_event").await;
        root.must("delete from shikiri.slip where bill_number > '0000000005000000'").await;
        root.must("delete from shikiri.payment_import").await;
        root.must(&format!(
            "insert into shikiri.payment_import (tenant_id, import_id, layout, file_sha256, file_bytes, event_count, \
             new_count, imported_by) select u.tenant_id, '{import}', 'dsk_13', '', 1, 1, 1, u.user_id \
             from shikiri.app_user u where u.tenant_id = 1 limit 1"
        ))
        .await;
        touched.push(exceptions_buffers(&mut root, &target, import, count).await);
    }
    let [few, many] = touched[..] else { panic!("two") };
    assert!(0 < few && many < few + few / 4, "{few} buffers among 5,000, {many} among 100,000");
}

#[tokio::test]
async fn the_seal_is_read_twice_in_a_statement_however_many_rows_it_reads() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut root = Wire::connect(&target.superuser).await;
    root.must(ROWS).await;
    let database = root.value("select current_database()").await;
    root.must(&format!("alter database {database} set track_functions = 'all'")).await;
    let mut app = Wire::connect(&target.app).await;
    app.enter(&target.a.secret).await;
    assert_eq!(app.value("select count(*) from shikiri.slip").await, "10045");
    let calls = "select f.calls from pg_stat_xact_user_functions f \
         where f.schemaname = 'shikiri_seal' and f.funcname = 'tenant'";
    assert_eq!(app.value(calls).await, "2");
}
