//! Everything that can move a planner, or lie in wait on a connection.

use tokio_postgres::Client;

use crate::support::text;

/// Settings of one run.
#[derive(Debug, Clone)]
pub struct Switch {
    pub name: String,
    sql: String,
}

impl Switch {
    fn new(name: &str, sql: &str) -> Switch {
        Switch { name: name.to_owned(), sql: sql.to_owned() }
    }

    /// What sets them; one of them needs a seal that was once good.
    pub fn sql(&self, seal_of_b: &str) -> String {
        // A plan with something switched off costs so much that it would be compiled every time.
        format!("set jit = off; {}", self.sql.replace("{seal_of_b}", seal_of_b))
    }
}

/// Every plan compiled: it takes so long that it is tried with fewer credentials.
pub const COMPILED: &str = "jit everything";

const CHEAP_PARALLEL: &str = "set parallel_setup_cost = 0; set parallel_tuple_cost = 0; \
     set min_parallel_table_scan_size = 0; set min_parallel_index_scan_size = 0; set max_parallel_workers_per_gather = 4";

/// Every `enable_*` of this server turned round, and combinations that were found to matter.
pub async fn switches(client: &Client) -> Vec<Switch> {
    let mut res: Vec<Switch> = client
        .query("select name, setting from pg_settings where name like 'enable\\_%' order by 1", &[])
        .await
        .expect("reads")
        .iter()
        .map(|row| {
            let (name, setting): (&str, &str) = (row.get(0), row.get(1));
            let turned = if setting == "on" { "off" } else { "on" };
            Switch::new(&format!("{name} = {turned}"), &format!("set {name} = {turned}"))
        })
        .collect();
    res.extend(nearly_everything_off(&res));
    // Renamed in 16.
    let version: i32 = text(client, "show server_version_num").await.parse().expect("a number");
    let force = if version < 160_000 { "force_parallel_mode" } else { "debug_parallel_query" };
    let forced = format!("{CHEAP_PARALLEL}; set {force} = on");
    for (name, sql) in [
        ("defaults", "set datestyle = iso"),
        ("generic plans", "set plan_cache_mode = force_generic_plan"),
        ("custom plans", "set plan_cache_mode = force_custom_plan"),
        ("cheap parallel", CHEAP_PARALLEL),
        ("forced parallel", &forced),
        (
            "forced parallel, generic",
            &format!("{forced}; set plan_cache_mode = force_generic_plan"),
        ),
        (
            COMPILED,
            "set jit = on; set jit_above_cost = 0; set jit_inline_above_cost = 0; set jit_optimize_above_cost = 0",
        ),
        ("junk in the seal", "set shikiri.seal = 'junk'"),
        ("a stale seal of B", "set shikiri.seal = '{seal_of_b}'"),
        (
            "a stale seal of B, generic",
            "set shikiri.seal = '{seal_of_b}'; set plan_cache_mode = force_generic_plan",
        ),
        ("no hash, no merge", "set enable_hashjoin = off; set enable_mergejoin = off"),
        ("no loop, no merge", "set enable_nestloop = off; set enable_mergejoin = off"),
        ("no loop, no hash", "set enable_nestloop = off; set enable_hashjoin = off"),
        (
            "no index at all",
            "set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off",
        ),
        (
            "no sequential scan, no index-only scan",
            "set enable_seqscan = off; set enable_indexonlyscan = off",
        ),
        ("no collapsing", "set from_collapse_limit = 1; set join_collapse_limit = 1"),
        ("genetic", "set geqo_threshold = 2"),
        ("constraint exclusion", "set constraint_exclusion = on"),
        (
            "partitionwise",
            "set enable_partitionwise_join = on; set enable_partitionwise_aggregate = on",
        ),
        (
            "free operators",
            "set cpu_operator_cost = 0; set cpu_tuple_cost = 0; set random_page_cost = 0",
        ),
        ("dear operators", "set cpu_operator_cost = 1000"),
        ("little memory", "set work_mem = '64kB'"),
    ] {
        res.push(Switch::new(name, sql));
    }
    res
}

/// Everything off, and everything but one: what a planner does when it has no other way.
fn nearly_everything_off(single: &[Switch]) -> Vec<Switch> {
    let names = single.iter().filter_map(|it| it.name.split_once(' ')).map(|(name, _)| name);
    let off: String = names.map(|it| format!("set {it} = off; ")).collect();
    let but = |it| Switch::new(&format!("everything off but {it}"), &format!("{off}set {it} = on"));
    let mut res = vec![Switch::new("everything off", &off)];
    res.extend(
        ["enable_nestloop", "enable_hashjoin", "enable_mergejoin", "enable_indexscan"].map(but),
    );
    res
}
