//! One HTML file, to be printed and filed: nothing in it is loaded from elsewhere.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::audit::{
    Finding, Report, Severity,
    render::{
        Language, json,
        words::{self, Words},
    },
};

const STYLE: &str = include_str!("report.css");

/// The report as HTML. Its footer carries the SHA-256 of the same report as JSON.
pub fn html(report: &Report, language: Language) -> String {
    let lang = if language == Language::Ja { "ja" } else { "en" };
    let title = words::TITLE.in_(language);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}: {}</title>\n<style>\n{STYLE}</style>\n<h1>{title}</h1>\n",
        escaped(&report.database)
    );
    head(&mut out, report, language);
    heading(&mut out, &words::MATRIX, language);
    matrix(&mut out, report, language);
    for (words, list) in
        [(&words::FINDINGS, &report.findings), (&words::PREMISES, &report.premises)]
    {
        heading(&mut out, words, language);
        if list.is_empty() {
            let _ = writeln!(out, "<p>{}</p>", words::NOTHING.in_(language));
        }
        for it in list {
            finding(&mut out, it, report, language);
        }
    }
    lists(&mut out, report, language);
    let sum = hex::encode(Sha256::digest(json(report).as_bytes()));
    let _ = writeln!(
        out,
        "<footer>shikiri {} · JSON SHA-256 <code>{sum}</code></footer>\n</html>",
        env!("CARGO_PKG_VERSION")
    );
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn heading(out: &mut String, words: &Words, language: Language) {
    let _ = writeln!(out, "<h2>{}</h2>", words.in_(language));
}

fn head(out: &mut String, report: &Report, language: Language) {
    let counts = Severity::ALL
        .map(|it| {
            let class = it.as_str();
            let words = words::severity(it, language);
            format!("<span class=\"severity {class}\">{words} {}</span>", report.count(it))
        })
        .join(" ");
    let attempts = words::attempts(report, language);
    let rows = [
        (words::RESULT, counts),
        (words::ATTEMPTS, attempts),
        (words::DATABASE, escaped(&report.database)),
        (words::SERVER, format!("PostgreSQL {}", escaped(&report.server_version))),
        (words::DIGEST, format!("<code>{}</code>", escaped(&report.schema_digest))),
        (words::MADE_AT, words::at(report)),
        (words::HOW_FAR, words::depth(report.depth, language).to_owned()),
        (words::ROLE, escaped(&report.roles.join(", "))),
        (words::CONTEXT, escaped(&report.context)),
    ];
    out.push_str("<table class=\"head\">\n");
    for (name, value) in rows {
        let _ = writeln!(out, "<tr><th>{}<td>{value}", name.in_(language));
    }
    out.push_str("</table>\n");
}

fn matrix(out: &mut String, report: &Report, language: Language) {
    const VERBS: [&str; 5] = ["select", "insert", "update", "delete", "truncate"];
    let _ = writeln!(out, "<p class=\"legend\">{}</p>", words::LEGEND.in_(language));
    let _ = writeln!(
        out,
        "<table class=\"matrix\">\n<thead><tr><th>{}<th>{}<th>{}<th>{}</thead>",
        words::ROLE.in_(language),
        words::RELATION.in_(language),
        VERBS.join("<th>"),
        words::DOOR.in_(language)
    );
    let mut rows: Vec<(&String, &String)> =
        report.matrix.keys().map(|(role, relation, _)| (role, relation)).collect();
    rows.dedup();
    let mut last = None;
    for (role, relation) in rows {
        let shown = if last == Some(role) { "" } else { role.as_str() };
        last = Some(role);
        let _ = write!(out, "<tr><td>{}<td><code>{}</code>", escaped(shown), escaped(relation));
        let mut door = "";
        for verb in VERBS {
            let cell = report.matrix.get(&(role.clone(), relation.clone(), verb));
            let reach = cell.map_or("none", |it| it.reach);
            if let Some(it) = cell.filter(|it| !it.door.is_empty()) {
                door = &it.door;
            }
            let class = match reach {
                "?" | "not judged" => "unknown".to_owned(),
                other => other.to_lowercase(),
            };
            let _ = write!(out, "<td class=\"{class}\">{reach}");
        }
        let _ = writeln!(out, "<td>{}", escaped(door));
    }
    out.push_str("</table>\n");
}

fn finding(out: &mut String, it: &Finding, report: &Report, language: Language) {
    let role = it.role.as_deref().map(|it| format!(" · {}", escaped(it))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<section><h3><span class=\"severity {}\">{}</span> {} {}</h3>\n<p><code>{}</code>{role}</p>",
        it.severity.as_str(),
        words::severity(it.severity, language),
        it.rule,
        escaped(report.title(&it.rule, language == Language::Ja)),
        escaped(&it.object),
    );
    let japanese = report.japanese(&it.rule).filter(|_| language == Language::Ja);
    if let Some([why, fix]) = japanese {
        let _ = writeln!(
            out,
            "<p><b>{}</b> {}<br><b>{}</b> {}</p>\n<p lang=\"en\" class=\"detail\">{}</p>",
            words::WHY.ja,
            escaped(why),
            words::FIX.ja,
            escaped(fix),
            escaped(&it.what)
        );
    } else {
        let _ = writeln!(out, "<p>{}</p>", escaped(&it.what));
    }
    if let Some(seen) = &it.evidence {
        let hash = seen.sample_hash.as_deref().map(|it| format!(" · sha256 <code>{it:.16}</code>"));
        let _ = writeln!(
            out,
            "<p>{}: {} rows · {} · {}{}</p>",
            words::SEEN.in_(language),
            seen.rows,
            escaped(&seen.role),
            escaped(&seen.context),
            hash.unwrap_or_default()
        );
    }
    if !it.also.is_empty() {
        let _ = writeln!(out, "<p>{}: {}</p>", words::ALSO.in_(language), it.also.join(", "));
    }
    let fix = if japanese.is_some() { words::FIX_SQL } else { words::FIX };
    for (name, text) in [(words::REPRODUCE, &it.reproduce), (fix, &it.fix)] {
        if !text.trim().is_empty() {
            let _ = writeln!(out, "<h4>{}</h4><pre>{}</pre>", name.in_(language), escaped(text));
        }
    }
    out.push_str("</section>\n");
}

fn lists(out: &mut String, report: &Report, language: Language) {
    heading(out, &words::UNTRIED, language);
    if report.untried.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", words::NOTHING.in_(language));
    } else {
        out.push_str("<ul>\n");
        for it in &report.untried {
            let role = it.role.as_deref().unwrap_or("");
            let _ = writeln!(
                out,
                "<li>{} <code>{}</code> {}: {}",
                it.rule,
                escaped(&it.object),
                escaped(role),
                escaped(&it.why)
            );
        }
        out.push_str("</ul>\n");
    }
    if !report.deployed.is_empty() {
        heading(out, &words::DEPLOYED, language);
        out.push_str("<ul>\n");
        for role in &report.roles {
            let mine = report.deployed.iter().filter(|(it, _)| it == role);
            let names: Vec<&str> = mine.map(|(_, it)| words::function_name(it)).collect();
            if !names.is_empty() {
                let _ = writeln!(out, "<li>{}: {}", escaped(role), escaped(&names.join(", ")));
            }
        }
        out.push_str("</ul>\n");
    }
    heading(out, &words::SUPPRESSED, language);
    if report.suppressed.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", words::NOTHING.in_(language));
    } else {
        out.push_str("<ul>\n");
        for it in &report.suppressed {
            let _ = writeln!(
                out,
                "<li>{} <code>{}</code>: {} · {} · {} {}",
                it.finding.rule,
                escaped(&it.finding.object),
                escaped(&it.by.reason),
                escaped(&it.by.owner),
                words::UNTIL.in_(language),
                it.by.until
            );
        }
        out.push_str("</ul>\n");
    }
    heading(out, &words::RULES, language);
    out.push_str("<ol class=\"rules\">\n");
    for it in &report.rules {
        let title = report.title(&it.id, language == Language::Ja);
        let _ = writeln!(out, "<li><b>{}</b> {}", it.id, escaped(title));
    }
    out.push_str("</ol>\n");
}
