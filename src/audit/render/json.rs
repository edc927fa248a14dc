//! The JSON form: the contract. `docs/audit.schema.json` describes it, and a test holds them together.

use serde::Serialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::audit::{Finding, Report, Severity};

/// Raised when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'a str,
    object: &'a str,
    role: Option<&'a str>,
    fault: &'a str,
    evidence: Option<Value>,
    also: &'a [String],
    reproduce: &'a str,
    fix: &'a str,
    fingerprint: &'a str,
}

/// A finding, as everywhere in JSON.
pub(super) fn finding(it: &Finding, report: &Report) -> Value {
    let evidence = it.evidence.as_ref().map(|seen| {
        json!({
            "role": seen.role,
            "context": seen.context,
            "sql": seen.sql,
            "rows": seen.rows,
            "sample_hash": seen.sample_hash,
        })
    });
    json!(FindingJson {
        rule: &it.rule,
        title: report.title(&it.rule, false),
        severity: it.severity.as_str(),
        object: &it.object,
        role: it.role.as_deref(),
        fault: &it.what,
        evidence,
        also: &it.also,
        reproduce: &it.reproduce,
        fix: &it.fix,
        fingerprint: &it.fingerprint,
    })
}

/// The report as JSON.
pub fn json(report: &Report) -> String {
    let depth = match report.depth {
        crate::audit::attempts::Depth::Static => "static",
        crate::audit::attempts::Depth::Reads => "probe",
        crate::audit::attempts::Depth::Writes => "writes",
    };
    let all = |list: &[Finding]| list.iter().map(|it| finding(it, report)).collect::<Vec<_>>();
    let counts: serde_json::Map<String, Value> = Severity::ALL
        .into_iter()
        .map(|it| (it.as_str().to_owned(), report.count(it).into()))
        .collect();
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "made_at": report.at.format(&Rfc3339).unwrap_or_default(),
        "database": report.database,
        "server_version": report.server_version,
        "schema_digest": report.schema_digest,
        "depth": depth,
        "roles": report.roles,
        "context": report.context,
        "counts": counts,
        "findings": all(&report.findings),
        "premises": all(&report.premises),
        "untried": report.untried.iter().map(|it| json!({
            "rule": it.rule, "object": it.object, "role": it.role, "why": it.why,
        })).collect::<Vec<_>>(),
        "deployed": report.deployed.iter().map(|(role, object)| json!({
            "role": role, "object": object,
        })).collect::<Vec<_>>(),
        "suppressed": report.suppressed.iter().map(|it| json!({
            "finding": finding(&it.finding, report),
            "reason": it.by.reason,
            "owner": it.by.owner,
            "until": it.by.until.to_string(),
        })).collect::<Vec<_>>(),
        "attempts": {
            "tried": report.tally.tried,
            "denied": report.tally.denied,
            "filtered": report.tally.filtered,
            "leaked": report.tally.leaked,
        },
        "matrix": report.matrix.iter().map(|((role, relation, verb), cell)| json!({
            "role": role, "relation": relation, "verb": verb, "reach": cell.reach, "door": cell.door,
        })).collect::<Vec<_>>(),
        "rules": report.rules.iter().map(|it| json!({
            "id": it.id, "title_en": it.en, "title_ja": it.ja, "why_ja": it.why_ja, "fix_ja": it.fix_ja,
        })).collect::<Vec<_>>(),
        "grants": report.grants,
    });
    format!("{value:#}\n")
}
