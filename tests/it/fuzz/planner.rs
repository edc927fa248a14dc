//! Every setting of the planner that a login may change, at random.

use super::rng::Rng;
use crate::attacks::Wire;

/// A setting and the values it is given.
#[derive(Debug, Clone)]
pub struct Setting {
    name: String,
    values: Vec<String>,
}

/// Settings of other groups that change plans.
const MORE: &[(&str, &[&str])] = &[
    ("work_mem", &["64kB", "4MB"]),
    ("hash_mem_multiplier", &["1", "4"]),
    ("max_parallel_workers_per_gather", &["0", "2"]),
    ("temp_buffers", &["800kB", "8MB"]),
    ("force_parallel_mode", &["off", "on", "regress"]),
    ("debug_parallel_query", &["off", "on", "regress"]),
];

/// Reads from the server which there are, so that a new one of a new Postgres is among them.
pub async fn settings(root: &mut Wire) -> Vec<Setting> {
    let text = "select s.name, s.vartype, s.reset_val, s.min_val, array_to_string(s.enumvals, ',') from pg_settings s \
         where s.category like 'Query Tuning%' and s.context = 'user' and s.name not like 'jit%' order by 1";
    let mut res = Vec::new();
    for row in root.simple(text).await.rows {
        let [name, kind, reset, low, words] = &row[..] else { panic!("five columns") };
        let values: Vec<String> = match kind.as_str() {
            "bool" => vec!["on".to_owned(), "off".to_owned()],
            "enum" => words.split(',').map(str::to_owned).collect(),
            _ => vec![reset.clone(), reset.clone(), low.clone()],
        };
        res.push(Setting { name: name.clone(), values });
    }
    assert!(res.len() >= 40, "the planner has more settings than {}", res.len());
    let known = root.simple("select name from pg_settings").await.rows.concat();
    for (name, values) in MORE.iter().filter(|(name, _)| known.iter().any(|it| it == name)) {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        res.push(Setting { name: (*name).to_owned(), values });
    }
    res
}

/// Each setting at random, for one transaction. Each keeps its own value often enough that plans are not all absurd.
pub fn shuffled(settings: &[Setting], rng: &mut Rng) -> String {
    let changed = *rng.pick(&[0, 10, 40, 80]);
    let mut res = String::new();
    for setting in settings {
        if rng.chance(changed) {
            res += &format!("set local {} = '{}'; ", setting.name, rng.pick(&setting.values));
        }
    }
    // Machine code for every query would leave no time for queries.
    if rng.chance(4) {
        res + "set local jit = on; set local jit_above_cost = 0"
    } else {
        res + "set local jit = off"
    }
}
