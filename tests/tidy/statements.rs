//! The statements the service can send are a closed set of files.

use std::collections::BTreeMap;

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

/// The macros that make a statement of a file.
const MACROS: &[&str] = &["statement", "door"];
const QUERIES: &str = "sql/queries/";

const LIST: &str = "//! Slips.\nstatement!(\"slips/list.sql\", List { rows: 20 });\n";

pub fn every_query_file_is_sent_and_no_other() -> Rule {
    Rule {
        words: "each file in sql/queries is named by exactly one statement!(…) or door!(…) in src/db, and no other is",
        check: sent,
        clean: &[
            ("sql/queries/slips/list.sql", "-- Lists.\nselect 1\n"),
            ("sql/queries/sessions/enter.sql", "-- Enters.\nselect 1\n"),
            ("src/db/statements/slips.rs", LIST),
            (
                "src/db/doors.rs",
                "//! Doors. Not statement!(\"x.sql\").\ndoor! { pub Enter, \"sessions/enter.sql\" }\n",
            ),
        ],
        planted: &[
            Planted {
                files: &[("sql/queries/slips/void.sql", "-- Voids.\nselect 1\n")],
                at: &["sql/queries/slips/void.sql:1"],
            },
            Planted {
                files: &[("sql/queries/slips/list.sql", "")],
                at: &["src/db/statements/slips.rs:2"],
            },
            Planted { files: &[("src/db/again.rs", LIST)], at: &["src/db/statements/slips.rs:2"] },
            Planted { files: &[("src/export/run.rs", LIST)], at: &["src/export/run.rs:2"] },
        ],
    }
}

fn sent(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let mut sent: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for (file, facts) in tree.rust("src/") {
        for call in
            facts.macros.iter().filter(|it| !it.test && MACROS.contains(&it.it.name.as_str()))
        {
            // Inside `macro_rules!` the file is a variable: there is nothing to name yet.
            let Some(name) = call.it.texts.iter().find(|it| it.ends_with(".sql")) else { continue };
            if !file.path.starts_with("src/db/") {
                offences.push(Offence::new(&file.path, call.line, "a statement is made in src/db"));
                continue;
            }
            if tree.file(&format!("{QUERIES}{name}")).is_none() {
                offences.push(Offence::new(
                    &file.path,
                    call.line,
                    format!("{QUERIES}{name} is not there"),
                ));
            }
            if let Some((other, _)) = sent.insert(name.clone(), (file.path.clone(), call.line)) {
                offences.push(Offence::new(
                    &file.path,
                    call.line,
                    format!("{name} is sent by {other} too"),
                ));
            }
        }
    }
    for file in tree.under(QUERIES, "sql") {
        if !sent.contains_key(&file.path[QUERIES.len()..]) {
            offences.push(Offence::new(
                &file.path,
                1,
                "no statement!(…) or door!(…) in src/db names this file",
            ));
        }
    }
    offences
}

pub fn a_resource_has_one_stem_in_every_layer() -> Rule {
    Rule {
        words: "each folder of sql/queries has src/db/statements/<folder>.rs or a folder of that name",
        check: stems,
        clean: &[
            ("sql/queries/slips/list.sql", "-- Lists.\n"),
            ("sql/queries/exports/order.sql", "-- Orders.\n"),
            ("src/db/statements/slips.rs", "//! Slips.\n"),
            ("src/db/statements/exports/mod.rs", "//! Exports.\n"),
        ],
        planted: &[
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
        let wanted = format!("src/db/statements/{folder}");
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
