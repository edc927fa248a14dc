//! How SQL is written here, and what a query may not say.

use crate::{
    rule::{Offence, Planted, Rule},
    sql::{Word, reads, words},
    tree::Tree,
};

const LIST: &str = concat!(
    "-- Lists. Nothing like `where tenant_id = 1`, nor LIKE.\nselect\n    s.tenant_id,\n    s.amount_yen * 2 as twice,\n",
    "    count(*) as rows,\n    'set_config; like' as text\nfrom shikiri.slip s\njoin shikiri.bill b using (tenant_id, bill_id)\njoin shikiri.user u on u.tenant_id = s.tenant_id\n",
    "where s.bill_number >= $1\norder by s.bill_number\n",
);

pub fn queries_leave_the_tenant_to_the_policy() -> Rule {
    Rule {
        words: "a query is one statement with explicit columns and no tenant predicate, no setting, no pattern match: the policy is the filter",
        check: queries,
        clean: &[
            ("sql/queries/slips/list.sql", LIST),
            (
                "sql/queries/slips/register.sql",
                concat!(
                    "-- Registers.\ninsert into shikiri.slip (tenant_id, amount_yen)\n",
                    "select (select shikiri_seal.tenant()), d.amount_yen\nfrom unnest($1::integer[]) as d (amount_yen)\n",
                    "on conflict (tenant_id, bill_number) do update\n    set amount_yen = excluded.amount_yen\n",
                    "returning tenant_id, amount_yen\n",
                ),
            ),
            (
                "sql/checks/slip_list.sql",
                "-- Counts again.\nselect count(*) from shikiri.slip where tenant_id = $1\n",
            ),
        ],
        planted: PLANTED,
    }
}

const PLANTED: &[Planted] = &[
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a\nwhere tenant_id = $1\n")],
        at: &["sql/queries/x/a.sql:3"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a\nwhere $1 = s.tenant_id\n")],
        at: &["sql/queries/x/a.sql:3"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a\nwhere s.tenant_id\n  in ($1)\n")],
        at: &["sql/queries/x/a.sql:3"],
    },
    Planted {
        files: &[(
            "sql/queries/x/a.sql",
            "-- A.\nselect a\nwhere a.tenant_id <> b.tenant_id\n    and a.tenant_id = a.tenant_id\n",
        )],
        at: &["sql/queries/x/a.sql:3", "sql/queries/x/a.sql:4"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a\nwhere tenant_id is not null\n")],
        at: &["sql/queries/x/a.sql:3"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect set_config('a', 'b', true)\n")],
        at: &["sql/queries/x/a.sql:2"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nset role x\n")],
        at: &["sql/queries/x/a.sql:2"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect *\nfrom s\n")],
        at: &["sql/queries/x/a.sql:2"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a,\n    s.*\nfrom s\n")],
        at: &["sql/queries/x/a.sql:3"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a\nwhere b like $1\n    or b ~ $2\n")],
        at: &["sql/queries/x/a.sql:3", "sql/queries/x/a.sql:4"],
    },
    Planted {
        files: &[("sql/queries/x/a.sql", "-- A.\nselect a;\nselect b\n")],
        at: &["sql/queries/x/a.sql:2"],
    },
];

fn queries(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.under("sql/queries/", "sql") {
        let words = words(&file.text);
        for at in 0..words.len() {
            if let Some(what) = complaint(&words, at) {
                offences.push(Offence::new(&file.path, words[at].line, what));
            }
        }
    }
    offences
}

/// Words before which, or after which, a column is being compared.
const COMPARISONS: &[&str] =
    &["=", "<", ">", "<=", ">=", "<>", "!=", "in", "is", "not", "between", "any"];
/// Operators and words that match patterns. None is leakproof, so each would run before the policy or lose the index.
const PATTERNS: &[&str] = &["like", "ilike", "similar", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~"];
/// Commands that change the session instead of asking it something.
const SETTINGS: &[&str] =
    &["set", "reset", "discard", "begin", "commit", "rollback", "copy", "lock", "declare"];

fn complaint(words: &[Word], at: usize) -> Option<&'static str> {
    let is = |at: Option<usize>, list: &[&str]| {
        at.and_then(|it| words.get(it))
            .is_some_and(|word| list.iter().any(|it| word.text.eq_ignore_ascii_case(it)))
    };
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    let word = words[at].text.to_ascii_lowercase();
    if word == "tenant_id" || word.ends_with(".tenant_id") {
        let compared = is(before, &COMPARISONS[..7]) || is(after, COMPARISONS);
        return (compared && !is_join(words, at))
            .then_some("a tenant predicate: the policy is the filter");
    }
    if word == "set_config"
        || word.ends_with(".set_config")
        || (at == 0 && SETTINGS.contains(&word.as_str()))
    {
        return Some("a query never changes a setting or a transaction");
    }
    if word == "*"
        && (is(before, &["select", "returning", "distinct", "all", ","])
            || is_qualifier(words, before))
    {
        return Some("name the columns");
    }
    if PATTERNS.contains(&word.as_str()) {
        return Some("pattern matches are not leakproof: write `>= and <`");
    }
    (word == ";").then_some("one statement, without a semicolon: it is wrapped before it is sent")
}

/// `a.tenant_id = b.tenant_id` is the key of a join: it names no tenant, and `using (tenant_id)` says the same.
fn is_join(words: &[Word], at: usize) -> bool {
    let is_column =
        |at: usize| words.get(at).is_some_and(|it| it.is_name() && it.text.ends_with(".tenant_id"));
    let is_equal = |at: usize| words.get(at).is_some_and(|it| it.text == "=");
    let joins = |a: usize, b: usize| is_column(a) && is_column(b) && words[a].text != words[b].text;
    let after = is_equal(at + 1) && joins(at, at + 2);
    after || (2 <= at && is_equal(at - 1) && joins(at - 2, at))
}

fn is_qualifier(words: &[Word], at: Option<usize>) -> bool {
    at.is_some_and(|it| words[it].is_name() && words[it].text.ends_with('.'))
}

pub fn sql_is_lower_case_with_four_spaces() -> Rule {
    Rule {
        words: "SQL is lower case, indented by fours, without tabs or trailing spaces",
        check: style,
        clean: &[
            ("sql/queries/slips/list.sql", LIST),
            (
                "sql/functions/f.sql",
                "-- F.\ncreate function f() as $$\n    select 'SELECT\n  x' -- FROM\n$$;\n",
            ),
            ("migrations/V1__slip.sql", "-- Slip.\ncreate table a (\n    b       integer\n);\n"),
        ],
        planted: &[
            Planted {
                files: &[("sql/roles.sql", "-- R.\ncreate role x;\nSELECT a\n    From b;\n")],
                at: &["sql/roles.sql:3", "sql/roles.sql:4"],
            },
            Planted {
                files: &[("sql/roles.sql", "-- R.\nselect\n\ta;\n")],
                at: &["sql/roles.sql:3"],
            },
            Planted {
                files: &[("migrations/V1__slip.sql", "-- S.\nselect\n  a; \n")],
                at: &["migrations/V1__slip.sql:3"],
            },
        ],
    }
}

fn style(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.under("sql/", "sql").chain(tree.under("migrations/", "sql")) {
        let words = words(&file.text);
        for word in words.iter().filter(|it| 1 < it.text.len() && it.is_name()) {
            if word.text.contains(|it: char| it.is_ascii_uppercase()) {
                offences.push(Offence::new(
                    &file.path,
                    word.line,
                    format!("write `{}` in lower case", word.text),
                ));
            }
        }
        for (text, line) in file.text.lines().zip(1..) {
            let indent = text.len() - text.trim_start_matches(' ').len();
            // A line that begins inside a text or a comment has no word of its own at its start.
            let begins = words
                .iter()
                .find(|it| it.line == line)
                .is_some_and(|it| text[indent..].starts_with(&it.text));
            if text.contains('\t') || text.ends_with(' ') || (begins && indent % 4 != 0) {
                offences.push(Offence::new(
                    &file.path,
                    line,
                    "four spaces a step, no tab, nothing at the end of a line",
                ));
            }
        }
    }
    offences
}

/// True where one of these sequences of words begins.
pub fn any_reads(words: &[Word], likes: &[&[&str]]) -> bool {
    likes.iter().any(|it| reads(words, it))
}
