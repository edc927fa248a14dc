//! Migrations make tables; access to them is decided elsewhere, in the present tense.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    rule::{Offence, Planted, Rule},
    sql::{Word, reads, words},
    sql_style::any_reads,
    tree::Tree,
};

const V1: (&str, &str) =
    ("migrations/V1__slip.sql", "-- Slips.\ncreate table shikiri.slip (\n    id uuid\n);\n");
const V2: (&str, &str) =
    ("migrations/V2__more.sql", "-- More.\nalter table shikiri.slip add column a text;\n");

pub fn migrations_are_named_and_numbered() -> Rule {
    Rule {
        words: "migrations are named V<n>__<words>.sql and counted from 1: refinery passes over a misnamed file with a log line only",
        check: named,
        clean: &[V1, V2],
        planted: &[
            Planted {
                files: &[("migrations/v3__x.sql", "-- X.\n")],
                at: &["migrations/v3__x.sql:1"],
            },
            Planted {
                files: &[("migrations/V3_x.sql", "-- X.\n")],
                at: &["migrations/V3_x.sql:1"],
            },
            Planted {
                files: &[("migrations/V03__x.sql", "-- X.\n")],
                at: &["migrations/V03__x.sql:1"],
            },
            Planted { files: &[("migrations/V4__x.sql", "-- X.\n")], at: &["migrations:3"] },
            Planted {
                files: &[("migrations/V2__again.sql", "-- X.\n")],
                at: &["migrations/V2__more.sql:1"],
            },
        ],
    }
}

fn named(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let mut numbers = BTreeMap::new();
    for file in tree.under("migrations/", "sql") {
        let Some(number) = number(file.stem()) else {
            offences.push(Offence::new(&file.path, 1, "want V<number>__<lower_case_words>.sql"));
            continue;
        };
        if let Some(other) = numbers.insert(number, &file.path) {
            offences.push(Offence::new(&file.path, 1, format!("{other} has this number")));
        }
    }
    for (number, wanted) in numbers.keys().zip(1..) {
        if *number != wanted {
            offences.push(Offence::new(
                "migrations",
                wanted,
                format!("V{wanted} is missing, V{number} is there"),
            ));
            break;
        }
    }
    offences
}

fn number(stem: &str) -> Option<usize> {
    let (number, name) = stem.strip_prefix('V')?.split_once("__")?;
    let lower = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let ok = !number.starts_with('0') && name.starts_with(lower) && name.chars().all(lower);
    ok.then(|| number.parse().ok()).flatten()
}

/// What decides who may see what.
const ACCESS: &[&[&str]] = &[
    &["create", "policy"],
    &["alter", "policy"],
    &["drop", "policy"],
    &["grant"],
    &["revoke"],
    &["row", "level", "security"],
];

pub fn policies_live_in_policies() -> Rule {
    Rule {
        words: "a migration makes tables and decides nobody's access: policies and grants live in sql/policies",
        check: no_access,
        clean: &[
            V1,
            ("sql/policies/slip.sql", "-- Slip.\ngrant select on shikiri.slip to shikiri_app;\n"),
        ],
        planted: &[
            Planted {
                files: &[("migrations/V2__x.sql", "-- X.\nCREATE\nPOLICY p on t;\n")],
                at: &["migrations/V2__x.sql:2"],
            },
            Planted {
                files: &[("migrations/V2__x.sql", "-- X.\ngrant select on t to r;\n")],
                at: &["migrations/V2__x.sql:2"],
            },
            Planted {
                files: &[(
                    "migrations/V2__x.sql",
                    "-- X.\nalter table t enable row level security;\n",
                )],
                at: &["migrations/V2__x.sql:2"],
            },
        ],
    }
}

fn no_access(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.under("migrations/", "sql") {
        let words = words(&file.text);
        for at in (0..words.len()).filter(|it| any_reads(&words[*it..], ACCESS)) {
            offences.push(Offence::new(
                &file.path,
                words[at].line,
                format!("`{} …` in a migration", words[at].text),
            ));
        }
    }
    offences
}

pub fn every_table_has_its_policies_file() -> Rule {
    Rule {
        words: "every table of schema shikiri has sql/policies/<table>.sql, and every file there has its table",
        check: policies,
        clean: &[
            V1,
            (
                "migrations/V2__gone.sql",
                "-- Gone.\ncreate table if not exists shikiri.old (a text);\n",
            ),
            (
                "migrations/V3__drop.sql",
                "-- Drop.\ndrop table if exists shikiri.old;\ncreate table shikiri_vault.key (a text);\n",
            ),
            (
                "migrations/V4__name.sql",
                "-- Name.\ncreate table shikiri.a (a text);\nalter table shikiri.a rename to b;\n",
            ),
            ("sql/policies/slip.sql", "-- Slip.\n"),
            ("sql/policies/b.sql", "-- B.\n"),
            ("sql/policies/key.sql", "-- Key.\n"),
        ],
        planted: &[
            Planted { files: &[("sql/policies/slip.sql", "")], at: &["migrations/V1__slip.sql:2"] },
            Planted {
                files: &[("sql/policies/slop.sql", "-- Slop.\n")],
                at: &["sql/policies/slop.sql:1"],
            },
            Planted {
                files: &[("sql/policies/old.sql", "-- Old.\n")],
                at: &["sql/policies/old.sql:1"],
            },
        ],
    }
}

fn policies(tree: &Tree) -> Vec<Offence> {
    let tables = tables(tree);
    let mut offences = Vec::new();
    for (table, (path, line)) in &tables {
        let Some(name) = table.strip_prefix("shikiri.") else { continue };
        if tree.file(&format!("sql/policies/{name}.sql")).is_none() {
            offences.push(Offence::new(
                path,
                *line,
                format!("{table} has no sql/policies/{name}.sql"),
            ));
        }
    }
    let names: BTreeSet<&str> =
        tables.keys().filter_map(|it| Some(it.split_once('.')?.1)).collect();
    for file in tree.under("sql/policies/", "sql").filter(|it| !names.contains(it.stem())) {
        offences.push(Offence::new(
            &file.path,
            1,
            format!("no migration leaves a table named {}", file.stem()),
        ));
    }
    offences
}

/// The tables that are there after every migration, with the place that made them.
fn tables(tree: &Tree) -> BTreeMap<String, (String, usize)> {
    let mut files: Vec<_> = tree.under("migrations/", "sql").collect();
    files.sort_by_key(|it| number(it.stem()));
    let mut tables = BTreeMap::new();
    for file in files {
        let words = words(&file.text);
        for at in 0..words.len() {
            let rest = &words[at..];
            if reads(rest, &["create", "table"]) || reads(rest, &["create", "unlogged", "table"]) {
                tables.insert(name(rest), (file.path.clone(), words[at].line));
            } else if reads(rest, &["drop", "table"]) {
                tables.remove(&name(rest));
            } else if reads(rest, &["rename", "to"]) {
                rename(&mut tables, &words[..at], &rest[2].text);
            }
        }
    }
    tables
}

/// `create table if not exists a.b` names `a.b`.
fn name(statement: &[Word]) -> String {
    let skipped = ["create", "unlogged", "drop", "table", "if", "not", "exists"];
    let mut names =
        statement.iter().filter(|it| !skipped.contains(&it.text.to_ascii_lowercase().as_str()));
    names.next().map(|it| it.text.clone()).unwrap_or_default()
}

/// `alter table a.b rename to c`; what comes before `rename` is in `before`.
fn rename(tables: &mut BTreeMap<String, (String, usize)>, before: &[Word], new: &str) {
    let Some([.., alter, table, old]) = before.get(before.len().saturating_sub(3)..) else {
        return;
    };
    if alter.text == "alter"
        && table.text == "table"
        && let Some(place) = tables.remove(&old.text)
    {
        let schema = old.text.split('.').next().unwrap_or_default();
        tables.insert(format!("{schema}.{new}"), place);
    }
}
