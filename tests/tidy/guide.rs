//! The audit's guide lists every rule as its own page names it.

use std::collections::BTreeMap;

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

const GUIDE: &str = "docs/audit.md";
const AUDIT: &str = "sql/audit/";

const PAGE: &str = "# R03 Owner\n\n- id: R03\n- severity: high\n- title_en: Owner\n- title_ja: 所有者\n- faults: none\n";
const LINE: &str = "| [R03](../sql/audit/R03_owner/rule.md) | high | Owner | 所有者 |";

pub fn the_guide_lists_every_audit_rule() -> Rule {
    Rule {
        words: "docs/audit.md has one line for each folder of sql/audit, with the severity and titles of its rule.md",
        check,
        clean: &[
            ("sql/audit/R03_owner/rule.md", PAGE),
            (
                "docs/audit.md",
                "# Guide\n\n| [R03](../sql/audit/R03_owner/rule.md) | high | Owner | 所有者 |\n",
            ),
        ],
        planted: &[
            Planted { files: &[("sql/audit/T01_none/rule.md", PAGE)], at: &["docs/audit.md:1"] },
            Planted {
                files: &[(
                    "docs/audit.md",
                    "# Guide\n| [R03](../sql/audit/R03_owner/rule.md) | low | Owner | 所有者 |\n",
                )],
                at: &["docs/audit.md:2"],
            },
            Planted {
                files: &[(
                    "docs/audit.md",
                    "# Guide\n| [R03](../sql/audit/R03_owner/rule.md) | high | Owner | 所有者 |\n| [R04](../sql/audit/R04_gone/rule.md) | high | Gone | 無 |\n",
                )],
                at: &["docs/audit.md:3"],
            },
        ],
    }
}

fn check(tree: &Tree) -> Vec<Offence> {
    let wanted: BTreeMap<&str, String> = tree
        .folders(AUDIT)
        .into_iter()
        .filter_map(|folder| {
            let page = tree.file(&format!("{AUDIT}{folder}/rule.md"))?;
            Some((folder, line(folder, &page.text)))
        })
        .collect();
    let Some(guide) = tree.file(GUIDE) else {
        return if wanted.is_empty() {
            Vec::new()
        } else {
            vec![Offence::new(GUIDE, 1, "is not there")]
        };
    };
    let mut offences = Vec::new();
    let mut told = Vec::new();
    for (text, at) in guide.text.lines().zip(1..) {
        let Some(folder) = folder_of(text) else { continue };
        told.push(folder);
        match wanted.get(folder) {
            Some(line) if line == text => (),
            Some(line) => offences.push(Offence::new(GUIDE, at, format!("should be `{line}`"))),
            None => offences.push(Offence::new(GUIDE, at, format!("{AUDIT}{folder} is not there"))),
        }
    }
    for (folder, line) in &wanted {
        if told.iter().filter(|it| *it == folder).count() != 1 {
            offences.push(Offence::new(GUIDE, 1, format!("wants once `{line}`")));
        }
    }
    offences
}

/// The line of a rule, from the facts at the head of its page.
fn line(folder: &str, page: &str) -> String {
    let fact = |key: &str| {
        let head = format!("- {key}: ");
        page.lines().find_map(|it| it.strip_prefix(head.as_str())).unwrap_or_default()
    };
    format!(
        "| [{}](../sql/audit/{folder}/rule.md) | {} | {} | {} |",
        fact("id"),
        fact("severity"),
        fact("title_en"),
        fact("title_ja")
    )
}

/// The folder that a line of a table links to in its first cell.
fn folder_of(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix("| [")?.split_once("](../sql/audit/")?;
    rest.split_once("/rule.md)").map(|(folder, _)| folder)
}

#[test]
fn a_line_is_made_of_the_facts() {
    assert_eq!(line("R03_owner", PAGE), LINE);
    assert_eq!(folder_of(LINE), Some("R03_owner"));
    assert_eq!(folder_of("| Id | Severity |"), None);
}
