//! Two reports compared: new and gone findings, and who can now see what they could not.

use std::{collections::BTreeSet, fmt::Write as _};

use serde::Deserialize;

use crate::audit::{Report, render::json::SCHEMA_VERSION};

/// What of an older report is compared.
#[derive(Deserialize)]
struct Old {
    schema_version: u32,
    made_at: String,
    findings: Vec<OldFinding>,
    grants: Vec<String>,
}

#[derive(Deserialize)]
struct OldFinding {
    rule: String,
    object: String,
    fingerprint: String,
}

fn read(text: &str) -> Result<Old, String> {
    let old: Old = serde_json::from_str(text)
        .map_err(|err| format!("the older report is not one of `--format json`: {err}"))?;
    if old.schema_version != SCHEMA_VERSION {
        return Err(format!(
            "the older report has schema_version {}, this program writes {SCHEMA_VERSION}",
            old.schema_version
        ));
    }
    Ok(old)
}

/// Takes findings away that an older report has too. What cannot be read is an error, never an empty baseline.
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn baseline(report: &mut Report, text: &str) -> Result<usize, String> {
    let known: BTreeSet<String> =
        read(text)?.findings.into_iter().map(|it| it.fingerprint).collect();
    let before = report.findings.len();
    report.findings.retain(|it| !known.contains(&it.fingerprint));
    Ok(before - report.findings.len())
}

/// What changed since an older report.
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn diff(report: &Report, text: &str) -> Result<String, String> {
    let old = read(text)?;
    let mut out = format!("Since {}:\n", old.made_at);
    let known: BTreeSet<&str> = old.findings.iter().map(|it| it.fingerprint.as_str()).collect();
    let now: BTreeSet<&str> = report.findings.iter().map(|it| it.fingerprint.as_str()).collect();
    let new: Vec<_> =
        report.findings.iter().filter(|it| !known.contains(it.fingerprint.as_str())).collect();
    let gone: Vec<_> =
        old.findings.iter().filter(|it| !now.contains(it.fingerprint.as_str())).collect();
    let _ = writeln!(out, "\n== New findings: {} ==", new.len());
    for it in new {
        let _ =
            writeln!(out, "+ [{}] {} {}: {}", it.severity.as_str(), it.rule, it.object, it.what);
    }
    let _ = writeln!(out, "\n== Findings that are gone: {} ==", gone.len());
    for it in gone {
        let _ = writeln!(out, "- {} {}", it.rule, it.object);
    }
    out.push_str(&lines_changed(&old.grants, &report.grants));
    Ok(out)
}

/// Who can now what they could not, and the other way round.
pub(super) fn lines_changed(before: &[String], after: &[String]) -> String {
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) =
        (before.iter().collect(), after.iter().collect());
    let mut out = String::new();
    let part = |out: &mut String, title: &str, mark: char, lines: Vec<&&String>| {
        let _ = writeln!(out, "\n== {title}: {} ==", lines.len());
        for it in lines {
            let _ = writeln!(out, "{mark} {it}");
        }
    };
    part(&mut out, "Holds now, and did not", '+', new.difference(&old).collect());
    part(&mut out, "Held, and does not any more", '-', old.difference(&new).collect());
    out
}

#[cfg(test)]
mod tests {
    use super::{lines_changed, read};

    #[test]
    fn an_old_report_that_is_none_is_an_error_and_no_empty_baseline() {
        assert!(read("{}").is_err());
        assert!(read("[]").is_err());
        let other = r#"{"schema_version":9,"made_at":"x","findings":[],"grants":[]}"#;
        assert!(read(other).err().expect("another version").contains("schema_version 9"));
    }

    #[test]
    fn a_membership_gained_is_a_line() {
        let before = ["role app: login".to_owned()];
        let after = ["role app: login".to_owned(), "member: app is a member of owner".to_owned()];
        let text = lines_changed(&before, &after);
        assert!(text.contains("+ member: app is a member of owner"), "{text}");
        assert!(!text.contains("- "), "{text}");
    }
}
