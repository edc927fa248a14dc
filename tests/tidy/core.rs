//! What promise 1 rests on is small enough to be read in an hour, and what is not compared with a tenant is listed.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};

use crate::{
    rule::{Offence, Planted, Rule},
    sql,
    tree::{File, Tree},
};

/// More lines than this nobody reads in an hour.
const LINES_MAX: usize = 2_000;

/// The functions by which a transaction gets its tenant, and by which a policy learns it. The files that make them
/// are part of the core, whatever they are called.
const FUNCTIONS: &[&str] = &[
    "shikiri_seal.tenant",
    "shikiri_seal.actor",
    "shikiri_seal.scope",
    "shikiri_vault.bind",
    "shikiri_seal.enter",
    "shikiri_vault.enter_ticket",
    "shikiri_seal.enter_export",
    "shikiri_seal.enter_check",
];

/// What README says it with.
const SAID: &str = "code lines of the trusted core";

const README: &str = "README.md";

pub fn the_trusted_core_is_small() -> Rule {
    Rule {
        words: "src/wall without its tests, sql/policies and the files that make tenant(), the doors and bind are at most 2,000 lines of code, and README says how many",
        check: size,
        clean: CLEAN,
        planted: &[
            Planted {
                files: &[("src/wall/pool.rs", "//! Pool.\nconst A: u8 = 1;\nconst B: u8 = 2;\n")],
                at: &["README.md:2"],
            },
            Planted { files: &[(README, "# R.\n")], at: &["README.md:1"] },
            Planted {
                files: &[(
                    "sql/seal/by_mac.sql",
                    "-- M.\ncreate function shikiri_seal.tenants() x\n",
                )],
                at: &["README.md:2", "sql/functions:1", "sql/functions:1", "sql/functions:1"],
            },
        ],
    }
}

/// Eight of the doors' file, two of the larger seal, one of the pool, one policy.
const CLEAN: &[(&str, &str)] = &[
    (README, "# R.\nThe **12 code lines of the trusted core** are few.\n"),
    (
        "src/wall/pool.rs",
        "//! Pool.\n\n/// One.\n// Two.\nconst A: u8 = 1; // Three.\n#[cfg(test)]\nmod tests {\n    const B: u8 = 2;\n}\n",
    ),
    ("sql/policies/slip.sql", "-- S.\n\ncreate policy p on shikiri.slip;\n"),
    (
        "sql/functions/enter.sql",
        "-- E.\ncreate or replace function shikiri_seal.enter(p_a text)\n\
         create or replace function shikiri_vault.enter_ticket(\np text)\n\
         create function shikiri_seal.enter_export(p text)\ncreate function shikiri_seal.enter_check(p text)\n\
         as $$\n-- Not a line.\nbegin\nend $$\n",
    ),
    (
        "sql/seal/by_parameter.sql",
        "-- P.\ncreate function shikiri_seal.tenant() shikiri_seal.actor() shikiri_seal.scope() shikiri_vault.bind()\n",
    ),
    (
        "sql/seal/by_mac.sql",
        "-- M.\ncreate function shikiri_seal.tenant() create function shikiri_seal.actor()\n\
         create function shikiri_seal.scope() create function shikiri_vault.bind()\n",
    ),
    ("sql/functions/users.sql", "-- U.\ncreate function shikiri_seal.add_user()\n"),
];

fn size(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let rust: usize = tree.under("src/wall/", "rs").map(rust_lines).sum();
    let policies: usize = tree.under("sql/policies/", "sql").map(sql_lines).sum();
    let mut made = BTreeSet::new();
    // A seal is made in one of two ways: what somebody reads is one of them, so the larger one counts.
    let (mut functions, mut ways) = (0, vec![0]);
    for file in tree.under("sql/functions/", "sql").chain(tree.under("sql/seal/", "sql")) {
        let here: Vec<&str> = FUNCTIONS.iter().copied().filter(|it| makes(file, it)).collect();
        match file.name().starts_with("by_") {
            _ if here.is_empty() => (),
            true => ways.push(sql_lines(file)),
            false => functions += sql_lines(file),
        }
        made.extend(here);
    }
    for function in FUNCTIONS.iter().filter(|it| !made.contains(*it)) {
        offences.push(Offence::new(
            "sql/functions",
            1,
            format!("no file makes {function}: the core has lost a part"),
        ));
    }
    let way = ways.into_iter().max().unwrap_or_default();
    let lines = rust + policies + functions + way;
    println!(
        "the trusted core: {lines} code lines (src/wall {rust}, policies {policies}, doors {functions}, seal {way})"
    );
    if lines > LINES_MAX {
        let what =
            format!("the trusted core has {lines} code lines, and {LINES_MAX} at most may be");
        offences.push(Offence::new("src/wall", 1, what));
    }
    let readme = tree.file(README).map_or("", |it| it.text.as_str());
    let said = readme.lines().enumerate().find_map(|(at, line)| {
        let before = line.split_once(SAID)?.0.trim_end();
        let from =
            before.rfind(|it: char| !it.is_ascii_digit() && it != ',').map_or(0, |it| it + 1);
        Some((at + 1, before[from..].replace(',', "")))
    });
    match said {
        None => offences.push(Offence::new(README, 1, format!("does not say \"{lines} {SAID}\""))),
        Some((at, it)) if it != lines.to_string() => {
            offences.push(Offence::new(README, at, format!("says {it} {SAID}: they are {lines}")));
        }
        Some(_) => (),
    }
    offences
}

/// Whether a file has `create [or replace] function <name>(`.
fn makes(file: &File, function: &str) -> bool {
    let words = sql::words(&file.text);
    (0..words.len()).any(|at| {
        let rest = &words[at..];
        [&["create", "function", function][..], &["create", "or", "replace", "function", function]]
            .iter()
            .any(|like| sql::reads(rest, like))
    })
}

fn sql_lines(file: &File) -> usize {
    sql::words(&file.text).iter().map(|it| it.line).collect::<BTreeSet<_>>().len()
}

/// Lines with a token on them that is no comment, outside of `#[cfg(test)]`.
fn rust_lines(file: &File) -> usize {
    let mut lines = BTreeSet::new();
    let tokens = file.text.parse::<TokenStream>().unwrap_or_default();
    count(tokens, &mut lines);
    lines.len()
}

fn count(tokens: TokenStream, lines: &mut BTreeSet<usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(tree) = tokens.get(at) {
        at += 1;
        if let TokenTree::Punct(it) = tree
            && it.as_char() == '#'
        {
            let bang = matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == '!');
            if let Some(TokenTree::Group(group)) = tokens.get(at + usize::from(bang)) {
                let text = group.stream().to_string().replace(' ', "");
                if text.starts_with("doc=") {
                    at += 1 + usize::from(bang);
                    continue;
                }
                if text == "cfg(test)" {
                    // To the end of the item: its block, or its semicolon.
                    at += tokens[at..]
                        .iter()
                        .skip(1)
                        .position(|it| match it {
                            TokenTree::Group(it) => it.delimiter() == proc_macro2::Delimiter::Brace,
                            TokenTree::Punct(it) => it.as_char() == ';',
                            _ => false,
                        })
                        .map_or(tokens.len(), |it| it + 2);
                    continue;
                }
            }
        }
        match tree {
            TokenTree::Group(group) => {
                lines.insert(group.span_open().start().line);
                lines.insert(group.span_close().end().line);
                count(group.stream(), lines);
            }
            other => lines.extend(other.span().start().line..=other.span().end().line),
        }
    }
}

const GOLDEN: &str = "tests/golden/no_witness.txt";

pub fn rows_without_a_witness_are_listed() -> Rule {
    Rule {
        words: "each statement! whose owner is NoWitness stands with its reason in tests/golden/no_witness.txt, which is written by hand",
        check: witnesses,
        clean: &[
            (GOLDEN, "# Why.\nslips/end.sql: a verdict\n"),
            (
                "src/statements/slips.rs",
                "//! S.\nstatement! { \"slips/end.sql\", struct A {}\nowner = NoWitness(\"a verdict\") }\n\
                 statement! { \"slips/list.sql\", struct B {} owner = Row }\n",
            ),
        ],
        planted: &[
            Planted { files: &[(GOLDEN, "# Why.\n")], at: &["src/statements/slips.rs:2"] },
            Planted {
                files: &[(GOLDEN, "# Why.\nslips/end.sql: another reason\n")],
                at: &["src/statements/slips.rs:2", "tests/golden/no_witness.txt:2"],
            },
            Planted {
                files: &[("src/statements/slips.rs", "//! S.\n")],
                at: &["tests/golden/no_witness.txt:2"],
            },
        ],
    }
}

fn witnesses(tree: &Tree) -> Vec<Offence> {
    let golden = tree.file(GOLDEN).map_or("", |it| it.text.as_str());
    let listed: BTreeMap<&str, usize> =
        golden.lines().zip(1..).filter(|(it, _)| !it.starts_with('#')).collect();
    let mut found = BTreeSet::new();
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/") {
        for call in facts.macros.iter().filter(|it| it.it.name == "statement" && !it.test) {
            let Some(start) = call.it.text.find("NoWitness") else { continue };
            let reason = call.it.text[start..].split('"').nth(1).unwrap_or_default();
            let name = call.it.texts.iter().find(|it| it.ends_with(".sql"));
            // None inside `macro_rules!`, where it is a variable.
            let Some(name) = name else { continue };
            let line = format!("{name}: {reason}");
            if !listed.contains_key(line.as_str()) {
                let what = format!(
                    "its rows are compared with nobody: can it give the tenant of a row? If not, add to {GOLDEN}: {line}"
                );
                offences.push(Offence::new(&file.path, call.line, what));
            }
            found.insert(line);
        }
    }
    for (line, at) in listed.iter().filter(|(it, _)| !found.contains(**it)) {
        offences.push(Offence::new(
            GOLDEN,
            *at,
            format!("no statement says this any more: {line}"),
        ));
    }
    offences
}
