//! Every rule proves itself: quiet on a correct schema, loud when it is broken, quiet when it is mended.

use std::collections::BTreeSet;

use serde_json::Value;
use shikiri::audit::{RULES, Rule, RuleSettings};

use crate::audit::Ground;

/// Rules proved at the same time.
const AT_ONCE: usize = 4;

#[tokio::test]
async fn every_rule_is_quiet_then_loud_then_quiet() {
    for some in RULES.chunks(AT_ONCE) {
        let proofs: Vec<_> = some.iter().map(|rule| tokio::spawn(prove(rule))).collect();
        for (rule, proof) in some.iter().zip(proofs) {
            proof.await.unwrap_or_else(|err| panic!("{}: {err}", rule.folder));
        }
    }
}

async fn prove(rule: &'static Rule) {
    let mut ground = Ground::new().await;
    let settings = settings(rule, &ground);
    for (part, sql) in parts(rule) {
        ground.plant(sql).await;
        let found = ground.findings(&settings).await;
        let of_rule: Vec<_> = found.iter().filter(|it| it.rule == rule.id()).collect();
        let loud = part == "loud";
        assert_eq!(!of_rule.is_empty(), loud, "{} at `-- {part}`: {of_rule:#?}", rule.folder);
        for it in &of_rule {
            assert_eq!(it.severity, rule.severity());
            let said = [&it.object, &it.what, &it.reproduce, &it.fix];
            assert!(said.iter().all(|it| !it.is_empty()), "{}: {it:#?}", rule.folder);
        }
        let prints: BTreeSet<&str> = of_rule.iter().map(|it| it.fingerprint.as_str()).collect();
        assert_eq!(prints.len(), of_rule.len(), "{}: one fingerprint for two faults", rule.folder);
    }
}

/// The three parts of a proof, in order.
fn parts(rule: &Rule) -> [(&'static str, &'static str); 3] {
    let odd = "proof.sql has -- quiet, -- loud and -- quiet again";
    let rest = rule.proof.strip_prefix("-- quiet\n").expect(odd);
    let (quiet, rest) = rest.split_once("\n-- loud\n").expect(odd);
    let (loud, again) = rest.split_once("\n-- quiet again\n").expect(odd);
    [("quiet", quiet), ("loud", loud), ("quiet again", again)]
}

/// `-- settings: {…}`, or the usual one.
fn settings(rule: &Rule, ground: &Ground) -> RuleSettings {
    let line = rule.proof.lines().nth(1).and_then(|it| it.strip_prefix("-- settings: "));
    let text = ground.fill(line.unwrap_or(r#"{"runtime_roles": ["proof_user"]}"#));
    let value: Value = serde_json::from_str(&text).expect("settings are JSON");
    let list = |key: &str| -> Option<Vec<String>> {
        let list = value.get(key)?.as_array().expect("a list");
        Some(list.iter().map(|it| it.as_str().expect("a text").to_owned()).collect())
    };
    let settings = RuleSettings {
        runtime_roles: list("runtime_roles").unwrap_or_default(),
        known_logins: list("known_logins").unwrap_or_default(),
        tenant_columns: list("tenant_columns").unwrap_or_default(),
        tenant_tables: value["tenant_tables"].as_object().map_or_else(Default::default, |it| {
            let text = |it: &Value| it.as_str().expect("a text").to_owned();
            it.iter().map(|(table, column)| (table.clone(), text(column))).collect()
        }),
        context_functions: list("context_functions").unwrap_or_default(),
        context_settings: list("context_settings").unwrap_or_default(),
        shared_tables: list("shared_tables").unwrap_or_default(),
        ignored_schemas: list("ignored_schemas").unwrap_or_default(),
        baseline_tables: list("baseline_tables"),
    };
    let read: Value = serde_json::from_str(&settings.to_json()).expect("settings are JSON");
    assert_eq!(read, value, "{}: a key that is no setting", rule.folder);
    settings
}
