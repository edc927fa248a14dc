//! What must be said twice is compared.

use std::collections::BTreeSet;

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

const AUDIT: &str = "sql/audit/";
/// What an audit rule is made of.
const PARTS: &[&str] = &["rule.sql", "rule.md", "proof.sql"];

pub fn audit_rules_are_the_folders() -> Rule {
    Rule {
        words: "audit::RULES in src/audit names exactly the folders of sql/audit, each with rule.sql, rule.md and proof.sql",
        check: audit,
        clean: &[
            (
                "src/audit/rules.rs",
                "//! Rules.\nrules! { \"R03_login_role_owns_table\", \"T01_no_row_security\" }\n",
            ),
            ("sql/audit/R03_login_role_owns_table/rule.sql", "-- R.\n"),
            ("sql/audit/R03_login_role_owns_table/rule.md", "# R\n"),
            ("sql/audit/R03_login_role_owns_table/proof.sql", "-- P.\n"),
            ("sql/audit/T01_no_row_security/rule.sql", "-- R.\n"),
            ("sql/audit/T01_no_row_security/rule.md", "# R\n"),
            ("sql/audit/T01_no_row_security/proof.sql", "-- P.\n"),
        ],
        planted: &[
            Planted {
                files: &[(
                    "src/audit/rules.rs",
                    "//! Rules.\nrules! { \"R03_login_role_owns_table\" }\n",
                )],
                at: &["sql/audit/T01_no_row_security:1"],
            },
            Planted {
                files: &[(
                    "src/audit/more.rs",
                    "//! More.\nconst X: &str = \"P01_constant_true\";\n",
                )],
                at: &["src/audit/more.rs:2"],
            },
            Planted {
                files: &[("sql/audit/T01_no_row_security/proof.sql", "")],
                at: &["sql/audit/T01_no_row_security:1"],
            },
        ],
    }
}

fn audit(tree: &Tree) -> Vec<Offence> {
    let folders: BTreeSet<&str> =
        tree.folders(AUDIT).into_iter().filter(|it| is_rule_name(it)).collect();
    let mut offences = Vec::new();
    let mut named = BTreeSet::new();
    for (file, facts) in tree.rust("src/audit/").chain(tree.rust("src/audit.rs")) {
        for text in facts.texts.iter().filter(|it| !it.test && is_rule_name(&it.it)) {
            named.insert(text.it.as_str());
            if !folders.contains(text.it.as_str()) {
                offences.push(Offence::new(
                    &file.path,
                    text.line,
                    format!("{AUDIT}{} is not there", text.it),
                ));
            }
        }
    }
    for folder in folders {
        let path = format!("{AUDIT}{folder}");
        if !named.contains(folder) {
            offences.push(Offence::new(&path, 1, "src/audit does not name this rule"));
        }
        for part in PARTS.iter().filter(|it| tree.file(&format!("{path}/{it}")).is_none()) {
            offences.push(Offence::new(&path, 1, format!("{part} is missing")));
        }
    }
    offences
}

/// `R03_login_role_owns_table`: a letter, two digits, the finding.
fn is_rule_name(name: &str) -> bool {
    let Some((id, finding)) = name.split_once('_') else { return false };
    let Some((letter, digits)) = id.split_at_checked(1) else { return false };
    letter.chars().all(|it| it.is_ascii_uppercase())
        && digits.len() == 2
        && digits.chars().all(|it| it.is_ascii_digit())
        && !finding.is_empty()
        && finding.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

const REPORT: &str = "src/report/";
const GOLDEN: &str = "tests/golden/reports/";

pub fn reports_are_the_folders() -> Rule {
    Rule {
        words: "report::REPORTS names exactly the folders of src/report, and tests/golden/reports has the same folders",
        check: reports,
        clean: &[
            (
                "src/report/mod.rs",
                "//! Reports.\nmod slip_csv;\nmod slip_list;\nuse slip_csv::SlipCsv;\npub const REPORTS: &[&dyn Report] = &[&slip_list::REPORT, &SlipCsv];\n",
            ),
            ("src/report/slip_list/mod.rs", "//! The list.\n"),
            ("src/report/slip_csv/mod.rs", "//! CSV.\n"),
            ("tests/golden/reports/slip_csv/rows.txt", "1\n"),
            ("tests/golden/reports/slip_list/page_1.txt", "1\n"),
        ],
        planted: &[
            Planted {
                files: &[("src/report/slip_xml/mod.rs", "//! XML, in no list and never seen.\n")],
                at: &["src/report/slip_xml:1", "src/report/slip_xml:1"],
            },
            Planted {
                files: &[(
                    "src/report/mod.rs",
                    "//! Reports.\nmod slip_csv;\nconst REPORTS: X = &[slip_csv::R];\n",
                )],
                at: &["src/report/slip_list:1"],
            },
            Planted {
                files: &[("tests/golden/reports/slip_list/page_1.txt", "")],
                at: &["src/report/slip_list:1"],
            },
            Planted {
                files: &[("tests/golden/reports/old/page_1.txt", "1\n")],
                at: &["tests/golden/reports/old:1"],
            },
        ],
    }
}

fn reports(tree: &Tree) -> Vec<Offence> {
    let folders: BTreeSet<&str> = tree.folders(REPORT).into_iter().collect();
    let golden: BTreeSet<&str> = tree.folders(GOLDEN).into_iter().collect();
    let constants = tree.rust(REPORT).flat_map(|(_, facts)| &facts.constants);
    let paths = constants.filter(|(name, _)| name == "REPORTS").flat_map(|(_, paths)| paths);
    let listed: BTreeSet<&str> = paths
        .filter_map(|path| match &path[..] {
            [root, room, folder, ..] if root == "crate" && room == "report" => {
                Some(folder.as_str())
            }
            _ => None,
        })
        .collect();
    let mut offences = Vec::new();
    for folder in &folders {
        let path = format!("{REPORT}{folder}");
        if !listed.contains(folder) {
            offences.push(Offence::new(&path, 1, "REPORTS does not name this report"));
        }
        if !golden.contains(folder) {
            offences.push(Offence::new(&path, 1, format!("{GOLDEN}{folder} is not there")));
        }
    }
    for name in golden.difference(&folders) {
        offences.push(Offence::new(
            format!("{GOLDEN}{name}"),
            1,
            format!("{REPORT}{name} is not there"),
        ));
    }
    offences
}
