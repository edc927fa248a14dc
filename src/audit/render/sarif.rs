//! SARIF 2.1.0: for code scanning. A finding is on a database, so its location is a logical one.

use serde_json::json;

use crate::audit::{Report, Severity};

/// The report as SARIF.
pub fn sarif(report: &Report) -> String {
    let level = |it: Severity| match it {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    };
    let rules: Vec<_> = report
        .rules
        .iter()
        .map(|it| {
            json!({
                "id": it.id,
                "shortDescription": { "text": it.en },
                "help": { "text": format!("shikiri audit --explain {}", it.id) },
            })
        })
        .collect();
    let results: Vec<_> = report
        .findings
        .iter()
        .chain(&report.premises)
        .map(|it| {
            json!({
                "ruleId": it.rule,
                "level": level(it.severity),
                "message": { "text": format!("{}\n\nFix: {}\n\n{}", it.what, it.fix, it.reproduce) },
                "locations": [{
                    "physicalLocation": { "artifactLocation": { "uri": "shikiri-audit.toml" } },
                    "logicalLocations": [{
                        "fullyQualifiedName": format!("{}/{}", report.database, it.object),
                        "kind": "object",
                    }],
                }],
                "partialFingerprints": { "shikiri/v1": it.fingerprint },
                "properties": { "severity": it.severity.as_str(), "role": it.role, "also": it.also },
            })
        })
        .collect();
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "shikiri audit",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": report.untried.is_empty(),
                "toolExecutionNotifications": report.untried.iter().map(|it| json!({
                    "level": "warning",
                    "message": { "text": format!("X16 {} {} was not tried: {}", it.rule, it.object, it.why) },
                })).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    format!("{value:#}\n")
}
