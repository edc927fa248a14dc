//! `--explain` and `--sql`: what an id means, and the statement behind it.

use crate::audit::{PRELUDE, Rule, attempts};

/// The page of a rule, or of an attempt.
pub fn explain(id: &str) -> Option<String> {
    let id = id.to_ascii_uppercase();
    Rule::find(&id).map(|it| it.page.to_owned()).or_else(|| attempts::explained(&id))
}

/// The statement of a rule, complete: a psql user sets `$1` to the settings and runs it.
pub fn rule_sql(id: &str) -> Option<String> {
    let rule = Rule::find(&id.to_ascii_uppercase())?;
    Some(format!("{}\n{}", PRELUDE.trim_end(), rule.sql))
}
