//! The plan of the big read: an export's block comes from the index alone, sealed, under a generic plan.

use shikiri::{db::PLANNER_OPTIONS, testkit::World};

use crate::attacks::{Target, Wire};

const BLOCK: &str = include_str!("../../../sql/queries/exports/slip_block.sql");
const PAGE: &str = include_str!("../../../sql/queries/slips/list.sql");
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
