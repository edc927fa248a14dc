//! JUnit: for what counts tests. A rule or an attempt is a test, a finding a failure, what was not tried a skipped test.

use std::fmt::Write as _;

use crate::audit::{Finding, Report};

/// The report as JUnit XML.
pub fn junit(report: &Report) -> String {
    let found: Vec<&Finding> = report.findings.iter().chain(&report.premises).collect();
    let is_quiet = |id: &str| {
        !found.iter().any(|it| it.rule == id) && !report.untried.iter().any(|it| it.rule == id)
    };
    let quiet: Vec<_> = report.rules.iter().filter(|it| is_quiet(&it.id)).collect();
    let (failures, skipped) = (found.len(), report.untried.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites>\n<testsuite name=\"shikiri audit of {}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" \
         skipped=\"{skipped}\">",
        escaped(&report.database),
        failures + skipped + quiet.len()
    );
    for it in found {
        let role = it.role.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "<testcase classname=\"{}\" name=\"{}\"><failure type=\"{}\" message=\"{}\">{}</failure></testcase>",
            it.rule,
            escaped(&format!("{} {role}", it.object)),
            it.severity.as_str(),
            escaped(&it.what),
            escaped(&format!("{}\n\nFix: {}", it.reproduce, it.fix))
        );
    }
    for it in &report.untried {
        let role = it.role.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "<testcase classname=\"{}\" name=\"{}\"><skipped message=\"{}\"/></testcase>",
            it.rule,
            escaped(&format!("{} {role}", it.object)),
            escaped(&format!("not tried: {}", it.why))
        );
    }
    for it in quiet {
        let _ = writeln!(out, "<testcase classname=\"{}\" name=\"{}\"/>", it.id, escaped(&it.en));
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            // XML has no other control characters.
            it if it.is_control() => out.push(' '),
            it => out.push(it),
        }
    }
    out
}
