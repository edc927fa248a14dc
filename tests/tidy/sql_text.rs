//! SQL is a file, not a text in Rust.

use crate::{
    rule::{Offence, Planted, Rule},
    sql::{Word, words},
    tree::Tree,
};

/// Where SQL may stand in Rust, and why. A line for `src/wall` or `src/dba` that excuses nothing is an offence itself.
const ALLOWED: &[(&str, &str)] = &[
    ("src/dba/catalog", "reads catalogues of any database, by names found at run time"),
    ("src/dba/probe", "tries what an attacker would try: the text is the attempt"),
    (
        "src/audit/attempts/",
        "attempts are made from the catalogue of a database that nobody knows beforehand",
    ),
    ("src/audit/mutate.rs", "breaks a copy of a schema, one thing at a time"),
    ("src/dba/operator.rs", "asks for the preflight on the operator's one connection"),
    ("src/wall/manager.rs", "asks for the preflight before the connection may send a statement"),
    ("src/wall/wrapper.rs", "makes the one text around a statement file"),
    ("src/http/slip_imports/start.rs", "a mode of an import is called commit"),
    ("src/lab/", "makes and fills databases of its own, and reaches no other"),
    ("src/testkit/", "clones a database for each test"),
];

pub fn sql_lives_in_sql() -> Rule {
    Rule {
        words: "SQL is a file under sql/, not a text in Rust; the exceptions and their reasons are in tests/tidy/sql_text.rs",
        check,
        clean: &[
            (
                "src/wall/pool.rs",
                concat!(
                    "//! Pool. select 1 from x\n/// delete from shikiri.slip\nfn f() {\n",
                    "    send(\"begin isolation level repeatable read read only\");\n    say(\"select a page from 1 to 9\");\n",
                    "    say(\"update your filter\");\n    say(\"with care\");\n    say(\"create an export first\");\n",
                    "    say(\"set by the operator\");\n    say(\"select\");\n}\n",
                    "#[cfg(test)]\nmod tests {\n    const X: &str = \"select 1\";\n}\n",
                ),
            ),
            (
                "src/dba/catalog/roles.rs",
                "//! Roles.\nconst Q: &str = \"select rolname from pg_roles\";\n",
            ),
        ],
        planted: &[
            Planted {
                files: &[(
                    "src/http/x.rs",
                    "//! X.\nconst Q: &str = \"select * from shikiri.slip\";\n",
                )],
                at: &["src/http/x.rs:2"],
            },
            Planted {
                files: &[(
                    "src/wall/x.rs",
                    "//! X.\nfn f() {\n    format!(\"\\n  INSERT INTO shikiri.{t} values ($1)\");\n}\n",
                )],
                at: &["src/wall/x.rs:3"],
            },
            Planted {
                files: &[(
                    "src/wall/x.rs",
                    "//! X.\nconst Q: &str = r#\"with q as (select 1) select 2\"#;\n",
                )],
                at: &["src/wall/x.rs:2"],
            },
            Planted {
                files: &[(
                    "src/guard/x.rs",
                    "//! X.\nfn f() {\n    a(\"begin\");\n    a(\"set role shikiri_owner\");\n}\n",
                )],
                at: &["src/guard/x.rs:3", "src/guard/x.rs:4"],
            },
            Planted {
                files: &[(
                    "src/wall/x.rs",
                    "//! X.\nfn f() {\n    a(\"select set_config('a', $1, true)\");\n}\n",
                )],
                at: &["src/wall/x.rs:3"],
            },
            Planted {
                files: &[("src/dba/catalog/roles.rs", "//! Roles.\n")],
                at: &["src/dba/catalog:1"],
            },
        ],
    }
}

fn check(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let mut excused = vec![false; ALLOWED.len()];
    for (file, facts) in tree.rust("src/") {
        for text in facts.texts.iter().filter(|it| !it.test) {
            let words = words(&text.it);
            let Some(verb) = verb(&words) else { continue };
            if TRANSACTION.contains(&verb) && file.path.starts_with("src/wall/") {
                continue;
            }
            match ALLOWED.iter().position(|(place, _)| file.path.starts_with(place)) {
                Some(at) => excused[at] = true,
                None => offences.push(Offence::new(
                    &file.path,
                    text.line,
                    format!("SQL in Rust: {verb} …"),
                )),
            }
        }
    }
    for ((place, _), excused) in ALLOWED.iter().zip(excused) {
        if !excused
            && tree.under(place, "rs").next().is_some()
            && (place.starts_with("src/wall/") || place.starts_with("src/dba/"))
        {
            offences.push(Offence::new(
                *place,
                1,
                "nothing here needs the exception: shorten the list",
            ));
        }
    }
    offences
}

/// How a transaction begins and ends: `src/wall` says it, and nothing else does.
const TRANSACTION: &[&str] = &["begin", "commit", "rollback"];

/// The SQL verb of a text that is a statement; `None` for a sentence that only begins like one.
fn verb(words: &[Word]) -> Option<&'static str> {
    let rest = words.get(1..)?;
    let has = |it: &str| rest.iter().any(|word| word.text.eq_ignore_ascii_case(it));
    let first = &words[0].text;
    let second = rest.first().map_or("", |it| it.text.as_str());
    let second_is = |list: &[&str]| list.iter().any(|it| second.eq_ignore_ascii_case(it));
    let alone = rest.is_empty();
    let is_number = second.starts_with(|it: char| it.is_ascii_digit() || it == '$');
    let verbs: [(&'static str, bool); 15] = [
        (
            "select",
            second == "*" || has("(") || is_number || has("from") && rest.len() < 4 || has(","),
        ),
        ("insert", second_is(&["into"])),
        ("update", has("set") && has("=")),
        ("delete", second_is(&["from"])),
        ("with", has("as") && has("(")),
        ("set", second_is(OBJECTS) || has("=")),
        ("reset", second_is(OBJECTS) || second_is(&["all"])),
        ("create", second_is(OBJECTS)),
        ("alter", second_is(OBJECTS)),
        ("drop", second_is(OBJECTS)),
        ("grant", has("on") && has("to")),
        ("revoke", has("on") && has("from")),
        ("begin", alone || second_is(&["isolation", "read", "transaction", ";"])),
        ("commit", alone || second_is(&[";", "and"])),
        ("rollback", alone || second_is(&[";", "to"])),
    ];
    verbs
        .iter()
        .find(|(verb, likely)| first.eq_ignore_ascii_case(verb) && *likely)
        .map(|(verb, _)| *verb)
}

/// What `create`, `alter`, `drop` and `set` are followed by when they are SQL.
const OBJECTS: &[&str] = &[
    "local",
    "session",
    "role",
    "constraints",
    "transaction",
    "table",
    "database",
    "schema",
    "index",
    "unique",
    "function",
    "policy",
    "type",
    "view",
    "user",
    "extension",
    "default",
    "or",
    "temp",
    "temporary",
    "sequence",
];
