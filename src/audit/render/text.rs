//! A report for a terminal: the matrix first, then each finding with what was seen, how to see it again, and the fix.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::audit::{
    Finding, Report, Severity,
    render::{Language, words},
};

const VERBS: [&str; 5] = ["select", "insert", "update", "delete", "truncate"];

/// The report as text.
pub fn text(report: &Report, language: Language) -> String {
    let mut out = String::new();
    head(&mut out, report, language);
    matrix(&mut out, report, language);
    section(&mut out, words::FINDINGS.in_(language), &report.findings, report, language);
    section(&mut out, words::PREMISES.in_(language), &report.premises, report, language);
    if !report.untried.is_empty() {
        let _ = writeln!(out, "\n== {} ==", words::UNTRIED.in_(language));
        for it in &report.untried {
            let role = it.role.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
            let _ = writeln!(out, "{}  {}{role}: {}", it.rule, it.object, it.why);
        }
    }
    if !report.deployed.is_empty() {
        let _ = writeln!(out, "\n== {} ==", words::DEPLOYED.in_(language));
        for role in &report.roles {
            let mine = report.deployed.iter().filter(|(it, _)| it == role);
            let names: Vec<&str> = mine.map(|(_, it)| words::function_name(it)).collect();
            if !names.is_empty() {
                let _ = writeln!(out, "{role} ({}): {}", names.len(), names.join(", "));
            }
        }
    }
    if !report.suppressed.is_empty() {
        let _ = writeln!(out, "\n== {} ==", words::SUPPRESSED.in_(language));
        for it in &report.suppressed {
            let _ = writeln!(
                out,
                "{}  {}: {} ({}, {} {})",
                it.finding.rule,
                it.finding.object,
                it.by.reason,
                it.by.owner,
                words::UNTIL.in_(language),
                it.by.until
            );
        }
    }
    let _ = writeln!(out, "\n{}", words::TO_EXPLAIN.in_(language));
    out
}

fn head(out: &mut String, report: &Report, language: Language) {
    let at = words::at(report);
    let _ = writeln!(out, "{}", words::TITLE.in_(language));
    let lines = [
        (words::DATABASE.in_(language), report.database.clone()),
        (words::SERVER.in_(language), format!("PostgreSQL {}", report.server_version)),
        (words::DIGEST.in_(language), report.schema_digest.clone()),
        (words::MADE_AT.in_(language), at),
        (words::HOW_FAR.in_(language), words::depth(report.depth, language).to_owned()),
        (words::CONTEXT.in_(language), report.context.clone()),
        (words::RESULT.in_(language), counts(report, language)),
        (words::ATTEMPTS.in_(language), words::attempts(report, language)),
    ];
    for (name, value) in lines {
        let _ = writeln!(out, "  {name}: {value}");
    }
}

fn counts(report: &Report, language: Language) -> String {
    let count = |it: Severity| format!("{} {}", report.count(it), words::severity(it, language));
    Severity::ALL.map(count).join(", ")
}

/// One line for each role and relation.
fn matrix(out: &mut String, report: &Report, language: Language) {
    if report.matrix.is_empty() {
        return;
    }
    let mut rows: BTreeMap<(&str, &str), [&str; 5]> = BTreeMap::new();
    let mut doors: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for ((role, relation, verb), cell) in &report.matrix {
        let row = rows.entry((role, relation)).or_insert(["none"; 5]);
        if let Some(at) = VERBS.iter().position(|it| it == verb) {
            row[at] = cell.reach;
        }
        if !cell.door.is_empty() {
            doors.insert((role, relation), &cell.door);
        }
    }
    let _ =
        writeln!(out, "\n== {} ==\n{}", words::MATRIX.in_(language), words::LEGEND.in_(language));
    let wide = rows.keys().map(|(_, it)| it.len()).max().unwrap_or(0);
    let mut last = "";
    let (rows, nothing): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(_, row)| row.iter().any(|it| *it != "none"));
    for ((role, relation), row) in &rows {
        if *role != last {
            let _ = writeln!(out, "\n{role}");
            let _ = writeln!(
                out,
                "  {:wide$}  select  insert  update  delete  truncate  {}",
                words::RELATION.en,
                words::DOOR.in_(language)
            );
            last = role;
        }
        let door = doors.get(&(*role, *relation)).unwrap_or(&"");
        let line = format!(
            "  {relation:wide$}  {:6}  {:6}  {:6}  {:6}  {:8}  {door}",
            row[0], row[1], row[2], row[3], row[4]
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(out, "\n{}: {}", words::NONE_OF_ALL.in_(language), nothing.len());
}

fn section(
    out: &mut String,
    title: &str,
    findings: &[Finding],
    report: &Report,
    language: Language,
) {
    let _ = writeln!(out, "\n== {title} ==");
    if findings.is_empty() {
        let _ = writeln!(out, "{}", words::NOTHING.in_(language));
    }
    for it in findings {
        let role = it.role.as_deref().map(|it| format!(" · {it}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "\n[{}] {} {}\n  {}{role}",
            words::severity(it.severity, language),
            it.rule,
            report.title(&it.rule, language == Language::Ja),
            it.object,
        );
        let japanese = report.japanese(&it.rule).filter(|_| language == Language::Ja);
        if let Some([why, fix]) = japanese {
            let _ = writeln!(out, "  {}: {why}\n  {}: {fix}", words::WHY.ja, words::FIX.ja);
            let _ = writeln!(out, "  {}: {}", words::DETAIL.ja, it.what);
        } else {
            let _ = writeln!(out, "  {}", it.what);
        }
        if let Some(seen) = &it.evidence {
            let hash = seen.sample_hash.as_deref().map(|it| format!(", sha256 {it:.16}…"));
            let _ = writeln!(
                out,
                "  {}: {}as {} in context \"{}\"{}",
                words::SEEN.in_(language),
                if seen.rows == 0 { String::new() } else { format!("{} rows, ", seen.rows) },
                seen.role,
                seen.context,
                hash.unwrap_or_default()
            );
        }
        if !it.also.is_empty() {
            let _ = writeln!(out, "  {}: {}", words::ALSO.in_(language), it.also.join(", "));
        }
        indented(out, words::REPRODUCE.in_(language), &it.reproduce);
        let fix = if japanese.is_some() { &words::FIX_SQL } else { &words::FIX };
        indented(out, fix.in_(language), &it.fix);
    }
}

fn indented(out: &mut String, title: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    let _ = writeln!(out, "  {title}:");
    for line in text.lines() {
        let _ = writeln!(out, "      {line}");
    }
}

/// What a statement of a fix begins with.
const VERBS_OF_SQL: [&str; 7] =
    ["alter ", "create ", "drop ", "grant ", "revoke ", "comment ", "delete "];

/// The fixes of all findings as one script: what psql can run stands as it is, once; all else is a comment.
pub fn fixes(report: &Report) -> String {
    let mut out = String::from(
        "-- Fixes of an audit. Read them: what is SQL may be wrong for your service.\n",
    );
    let mut said = BTreeSet::new();
    for it in &report.findings {
        let _ = write!(out, "\n-- {} {}: {}\n", it.rule, it.object, it.what.replace('\n', " "));
        for part in statements(&it.fix) {
            let run = is_runnable(&part) && said.insert(part.clone());
            for line in part.lines() {
                let comment = !run && !line.trim_start().starts_with("--");
                let _ = writeln!(out, "{}{line}", if comment { "-- " } else { "" });
            }
        }
    }
    out
}

/// Lines that belong together: up to one whose SQL ends.
fn statements(fix: &str) -> Vec<String> {
    let (mut all, mut part) = (Vec::new(), Vec::new());
    for line in fix.lines() {
        part.push(line);
        if sql_of(line).ends_with(';') || (part.len() == 1 && sql_of(line).is_empty()) {
            all.push(part.join("\n"));
            part.clear();
        }
    }
    if !part.is_empty() {
        all.push(part.join("\n"));
    }
    all
}

/// A line without the comment behind it.
fn sql_of(line: &str) -> &str {
    line.split_once("--").map_or(line, |(sql, _)| sql).trim()
}

/// Whether psql runs it: a whole statement without a gap that somebody has to fill.
fn is_runnable(part: &str) -> bool {
    let sql: Vec<&str> = part.lines().map(sql_of).collect();
    let sql = sql.join(" ");
    let has_gap = sql.contains("...") || sql.contains('\u{2026}') || {
        let opens = |at: usize| sql[at + 1..].starts_with(|it: char| it.is_ascii_alphabetic());
        sql.match_indices('<').any(|(at, _)| opens(at))
    };
    !has_gap && sql.ends_with(';') && VERBS_OF_SQL.iter().any(|it| sql.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::{is_runnable, statements};

    #[test]
    fn what_is_a_sentence_or_has_a_gap_is_not_run() {
        for it in [
            "alter table app.slips force row level security;",
            "revoke all on app.slips from app_user; -- or <something else>",
            "alter policy p on app.slips\n    using (tenant_id = (select app.tenant()));",
        ] {
            assert!(is_runnable(it), "{it}");
        }
        for it in [
            "alter policy p on app.slips using ((select <your context function>()) = tenant_id);",
            "alter table \u{2026} enable row level security;",
            "a policy for the role; and no grant",
            "alter table app.slips add column x",
            "-- in shikiri-audit.toml: shared_tables",
        ] {
            assert!(!is_runnable(it), "{it}");
        }
        let parts = statements("-- first\nalter table a\n    drop column b;\ndrop table c;");
        assert_eq!(parts.len(), 3, "{parts:?}");
    }
}
