//! What a function of the keeper may catch.

use crate::{
    rule::{Offence, Planted, Rule},
    sql::{reads, words},
    tree::Tree,
};

pub fn no_function_catches_what_it_does_not_name() -> Rule {
    Rule {
        words: "a function of the keeper catches SQLSTATEs that it names: `when others` takes a full stack or a timeout for an answer",
        check: catches,
        clean: &[
            (
                "sql/functions/f.sql",
                "-- F: never `when others`.\nbegin\n    perform g();\nexception\n    when sqlstate 'SK001' then\n        return null;\nend\n",
            ),
            ("sql/lab/naive/f.sql", "-- F.\nexception\n    when others then\n        null;\n"),
        ],
        planted: &[
            Planted {
                files: &[("sql/functions/f.sql", "-- F.\nexception when others then\n    null;\n")],
                at: &["sql/functions/f.sql:2"],
            },
            Planted {
                files: &[("sql/seal/f.sql", "-- F.\nexception\n    WHEN\n        OTHERS then\n")],
                at: &["sql/seal/f.sql:3"],
            },
            Planted {
                files: &[(
                    "sql/functions/f.sql",
                    "-- F.\nexception\n    when sqlstate 'SK001' or others then\n        null;\n",
                )],
                at: &["sql/functions/f.sql:3"],
            },
            Planted {
                files: &[(
                    "sql/seal/f.sql",
                    "-- F.\nexception\n    when query_canceled then\n    when statement_too_complex then\n",
                )],
                at: &["sql/seal/f.sql:3", "sql/seal/f.sql:4"],
            },
        ],
    }
}

/// What comes from outside of a statement: it is nobody's answer.
const FROM_OUTSIDE: &[&str] = &[
    "query_canceled",
    "statement_too_complex",
    "lock_not_available",
    "out_of_memory",
    "insufficient_resources",
    "program_limit_exceeded",
    "operator_intervention",
];

fn catches(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.under("sql/functions/", "sql").chain(tree.under("sql/seal/", "sql")) {
        let words = words(&file.text);
        for at in 0..words.len() {
            let word = |it: &str| reads(&words[at..], &["when", it]);
            let other = reads(&words[at..], &["or", "others"]);
            if word("others") || other || FROM_OUTSIDE.iter().any(|it| word(it)) {
                let what = "catch the SQLSTATEs that are meant, e.g. `when sqlstate 'SK001'`";
                offences.push(Offence::new(&file.path, words[at].line, what));
            }
        }
    }
    offences
}
