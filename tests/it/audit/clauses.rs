//! Clauses and functions, judged one by one: sound ones in many spellings, open ones, and ones that must never be run.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::{Ground, Planted, fault_settings},
    golden,
};

#[tokio::test]
async fn clauses_and_functions_are_judged_by_what_they_prove() {
    let mut text = String::new();
    for design in ["sound", "open", "hostile", "functions"] {
        let mut ground = Ground::new().await;
        ground.plant(&Planted::read("clauses", design).sql).await;
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for it in ground.findings(&fault_settings(&ground)).await {
            if it.rule.starts_with(['P', 'V', 'F']) {
                told.entry(ground.blur(&it.object)).or_default().insert(it.rule);
            }
        }
        text.push_str(&format!("{design}\n"));
        for (object, rules) in told {
            let rules: Vec<String> = rules.into_iter().collect();
            text.push_str(&format!("    {object}: {}\n", rules.join(" ")));
        }
    }
    golden::same("audit_clauses.txt", &text);
}
