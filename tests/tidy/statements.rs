//! The statements the service can send are a closed set of files.

use std::collections::BTreeMap;

use crate::{
    facts::Call,
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

/// The macros that make a statement of a file. `include_str!` counts when its file is one of these.
const MACROS: &[&str] = &["statement", "door", "operator_call"];
const QUERIES: &str = "sql/queries/";
/// The second computation of an export is a statement too, of another login.
const CHECKS: &str = "sql/checks/";

/// Where a statement is made of a file: the closed set as data, and the doors that the wall itself opens.
const MAKERS: &[&str] = &["src/statements/", "src/wall/"];

/// Folders whose files no statement names, and who sends them.
const SENT_BY: &[(&str, &str)] = &[("doors", "src/wall/sealed.rs")];

const LIST: &str = "//! Slips.\nstatement!(\"slips/list.sql\", List { rows: 20 });\n";

pub fn every_query_file_is_sent_and_no_other() -> Rule {
    Rule {
        words: "each file in sql/queries and sql/checks is named by exactly one statement!, door!, operator_call! or include_str! in src/statements or src/wall, and no other is",
        check: sent,
        clean: &[
            ("sql/queries/slips/list.sql", "-- Lists.\nselect 1\n"),
            ("sql/queries/sessions/enter.sql", "-- Enters.\nselect 1\n"),
            ("src/statements/slips.rs", LIST),
            (
                "src/wall/doors.rs",
                "//! Doors. Not statement!(\"x.sql\").\ndoor! { pub Enter, \"sessions/enter.sql\" }\n",
            ),
            ("sql/queries/doors/enter.sql", "-- Enters.\nselect 1\n"),
            (
                "src/wall/sealed.rs",
                "//! Seals.\nconst Q: &str = include_str!(\"../../sql/queries/doors/enter.sql\");\n",
            ),
            ("sql/checks/slip_list.sql", "-- Checks.\nselect 1\n"),
            (
                "src/wall/checks.rs",
                "//! Checks.\nstatement! { \"../checks/slip_list.sql\", Check }\n",
            ),
        ],
        planted: &[
            Planted {
                files: &[("sql/checks/slip_csv.sql", "-- Checks.\nselect 1\n")],
                at: &["sql/checks/slip_csv.sql:1"],
            },
            Planted {
                files: &[(
                    "src/http/x.rs",
                    "//! X.\nconst Q: &str = include_str!(\"../../sql/queries/slips/list.sql\");\n",
                )],
                at: &["src/http/x.rs:2"],
            },
            Planted {
                files: &[("src/wall/x.rs", "//! X.\ndoor!(\"../checks/gone.sql\");\n")],
                at: &["src/wall/x.rs:2"],
            },
            Planted {
                files: &[("sql/queries/slips/void.sql", "-- Voids.\nselect 1\n")],
                at: &["sql/queries/slips/void.sql:1"],
            },
            Planted {
                files: &[("sql/queries/slips/list.sql", "")],
                at: &["src/statements/slips.rs:2"],
            },
            Planted { files: &[("src/wall/again.rs", LIST)], at: &["src/wall/again.rs:2"] },
            Planted { files: &[("src/export/run.rs", LIST)], at: &["src/export/run.rs:2"] },
        ],
    }
}

fn sent(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let mut sent: BTreeMap<String, &str> = BTreeMap::new();
    for (file, facts) in tree.rust("src/") {
        for call in facts.macros.iter().filter(|it| !it.test) {
            let Some(name) = sent_file(&call.it) else { continue };
            if !MAKERS.iter().any(|it| file.path.starts_with(it)) {
                let what = "a statement is made in src/statements, a door in src/wall";
                offences.push(Offence::new(&file.path, call.line, what));
                continue;
            }
            if tree.file(&name).is_none() {
                offences.push(Offence::new(&file.path, call.line, format!("{name} is not there")));
            }
            if let Some(other) = sent.insert(name.clone(), &file.path) {
                offences.push(Offence::new(
                    &file.path,
                    call.line,
                    format!("{name} is sent by {other} too"),
                ));
            }
        }
    }
    for file in tree.under(QUERIES, "sql").chain(tree.under(CHECKS, "sql")) {
        if !sent.contains_key(&file.path) {
            offences.push(Offence::new(&file.path, 1, "no statement names this file"));
        }
    }
    offences
}

/// The file a macro call sends. None inside `macro_rules!`, where it is a variable.
fn sent_file(call: &Call) -> Option<String> {
    let name = call.texts.iter().find(|it| it.ends_with(".sql"))?;
    if MACROS.contains(&call.name.as_str()) {
        let check = name.strip_prefix("../checks/").map(|it| format!("{CHECKS}{it}"));
        return Some(check.unwrap_or_else(|| format!("{QUERIES}{name}")));
    }
    let start =
        (call.name == "include_str").then(|| name.find(QUERIES).or(name.find(CHECKS)))??;
    Some(name[start..].to_owned())
}

pub fn a_resource_has_one_stem_in_every_layer() -> Rule {
    Rule {
        words: "each folder of sql/queries has src/statements/<folder>.rs or a folder of that name",
        check: stems,
        clean: &[
            ("sql/queries/slips/list.sql", "-- Lists.\n"),
            ("sql/queries/exports/order.sql", "-- Orders.\n"),
            ("src/statements/slips.rs", "//! Slips.\n"),
            ("src/statements/exports/mod.rs", "//! Exports.\n"),
            ("sql/queries/doors/enter.sql", "-- Enters.\n"),
            ("src/wall/sealed.rs", "//! Seals.\n"),
        ],
        planted: &[
            Planted { files: &[("src/wall/sealed.rs", "")], at: &["sql/queries/doors:1"] },
            Planted {
                files: &[("sql/queries/users/list.sql", "-- Lists.\n")],
                at: &["sql/queries/users:1"],
            },
            Planted {
                files: &[("sql/queries/enter.sql", "-- Enters.\n")],
                at: &["sql/queries/enter.sql:1"],
            },
        ],
    }
}

fn stems(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for folder in tree.folders(QUERIES) {
        if SENT_BY.iter().any(|(it, sender)| it == &folder && tree.file(sender).is_some()) {
            continue;
        }
        let wanted = format!("src/statements/{folder}");
        let there =
            tree.file(&format!("{wanted}.rs")).or_else(|| tree.file(&format!("{wanted}/mod.rs")));
        if there.is_none() {
            offences.push(Offence::new(
                format!("{QUERIES}{folder}"),
                1,
                format!("{wanted}.rs is not there"),
            ));
        }
    }
    for file in tree.under(QUERIES, "sql").filter(|it| !it.path[QUERIES.len()..].contains('/')) {
        offences.push(Offence::new(&file.path, 1, "a query belongs in the folder of its resource"));
    }
    offences
}
