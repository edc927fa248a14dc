//! Where a secret of the vault may go: from its column into an expression, not into a variable.

use crate::{
    rule::{Offence, Planted, Rule},
    sql::{Word, words},
    tree::Tree,
};

/// Columns of the vault that are secrets. `hash` is one in a statement over the chain's heads.
const SECRETS: &[&str] =
    &["inner_pad", "outer_pad", "pepper", "verifier", "session_hash", "ticket_hash", "token_hash"];

/// Tables of which `*` would take a secret along.
const TABLES: &[&str] = &[
    "shikiri_vault.seal_key",
    "shikiri_vault.pepper",
    "shikiri_vault.credential",
    "shikiri_vault.session",
    "shikiri_vault.ticket",
    "shikiri_vault.fetch_ticket",
    "shikiri_vault.link",
    "shikiri_vault.spent_token",
    "shikiri_vault.login_attempt",
    HEADS,
];
const HEADS: &str = "shikiri_vault.chain_head";

/// Files that take one all the same, which, and why no statement gets it.
const EXCUSED: &[(&str, &str, &str)] = &[
    (
        "sql/functions/certificate.sql",
        "hash",
        "it is the answer: certificates have their chain's head",
    ),
    ("sql/functions/reprint.sql", "hash", "it is the answer: certificates have their chain's head"),
    (
        "sql/functions/verify_chain.sql",
        "hash",
        "compared in an `if`, which has no values in its plan",
    ),
    ("sql/functions/users.sql", "verifier", "compared in an `if`, which has no values in its plan"),
];

pub fn no_secret_becomes_a_variable() -> Rule {
    Rule {
        words: "a secret column goes into an expression of its own statement; in a variable the next statement prints it",
        check,
        clean: &[
            (
                "sql/functions/f.sql",
                concat!(
                    "-- F.\nbegin\n    select c.tenant_id, sha256(c.verifier || x) into a, b from shikiri_vault.credential c;\n",
                    "    insert into shikiri_vault.session (session_hash) select p.pepper from shikiri_vault.pepper p;\n",
                    "    select s.* into it from shikiri.export_state s where s.verifier = 1;\n",
                    "    select e.hash into it from shikiri.audit_event e;\n",
                    "    insert into x (a) select c.hash from shikiri_vault.chain_head c returning seq into res;\nend\n",
                ),
            ),
            (
                "sql/functions/users.sql",
                "-- U.\nselect c.verifier into strict cred from shikiri_vault.credential c;\n",
            ),
        ],
        planted: &[
            Planted {
                files: &[(
                    "sql/seal/f.sql",
                    "-- F.\nbegin\n    select k.kid, k.inner_pad,\n        k.outer_pad into key from shikiri_vault.seal_key k;\n",
                )],
                at: &["sql/seal/f.sql:3", "sql/seal/f.sql:4"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\nselect c.* into cred from shikiri_vault.credential c;\nselect pepper\ninto strict it from shikiri_vault.pepper;\n",
                )],
                at: &["sql/functions/f.sql:2", "sql/functions/f.sql:3"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\ndelete from shikiri_vault.link l where true returning l.token_hash into it;\n",
                )],
                at: &["sql/functions/f.sql:2"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\nselect c.seq, c.hash into strict head from shikiri_vault.chain_head c for update;\n",
                )],
                at: &["sql/functions/f.sql:2"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\nfor it in select t.ticket_hash from shikiri_vault.ticket t loop\n",
                )],
                at: &["sql/functions/f.sql:2"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\ninsert into shikiri_vault.session (x) select 1 returning session_hash into it;\n",
                )],
                at: &["sql/functions/f.sql:2"],
            },
        ],
    }
}

fn check(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.under("sql/functions/", "sql").chain(tree.under("sql/seal/", "sql")) {
        let words = words(&file.text);
        for statement in words.split(|it| it.text == ";") {
            for (line, column) in taken(statement) {
                let excused = EXCUSED.iter().any(|it| it.0 == file.path && it.1 == column);
                if !excused {
                    let what = format!("`{column}` of the vault becomes a variable");
                    offences.push(Offence::new(&file.path, line, what));
                }
            }
        }
    }
    offences
}

/// Secret columns that a statement gives to a variable as they are: they stand in its list, outside of every call.
fn taken(statement: &[Word]) -> Vec<(usize, &'static str)> {
    let is = |at: usize, like: &str| {
        statement.get(at).is_some_and(|it| it.text.eq_ignore_ascii_case(like))
    };
    let names = |like: &str| statement.iter().any(|it| it.text.eq_ignore_ascii_case(like));
    let into = |at: usize| is(at, "into") && !is(at.wrapping_sub(1), "insert");
    let gives = (0..statement.len()).any(into) || names("for") && names("loop");
    if !gives || !TABLES.iter().any(|it| names(it)) {
        return Vec::new();
    }
    let mut res = Vec::new();
    let (mut depth, mut in_list) = (0, false);
    for (at, word) in statement.iter().enumerate() {
        match word.text.to_ascii_lowercase().as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            // What an insert selects goes into its table; what it returns goes into variables.
            "select" if depth == 0 => in_list = !names("insert"),
            "returning" if depth == 0 => in_list = true,
            "into" | "from" if depth == 0 => in_list = false,
            text if depth == 0 && in_list => {
                let last = text.rsplit('.').next().unwrap_or_default();
                let head = if last == "hash" && names(HEADS) { Some("hash") } else { None };
                let all = if text == "*" { Some("*") } else { None };
                let known = SECRETS.iter().find(|it| **it == last).copied();
                res.extend(known.or(head).or(all).map(|it| (statement[at].line, it)));
            }
            _ => {}
        }
    }
    res
}
