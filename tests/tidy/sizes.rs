//! Nothing here is longer than a person reads in one sitting.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::{File, Tree},
};

/// Lines in a file, all of them counted.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function, from its signature to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Lines of the median file of `src`.
const MEDIAN_LINES_MAX: usize = 150;

/// Seventy-one lines: one too many.
const LONG_FUNCTION: &str = include_str!("planted/function_71_lines.txt");

/// One line of SQL, four hundred times: the headline makes it one too many.
const LONG_SQL: &str = concat!("-- Long.\n", include_str!("planted/select_400.txt"));

pub fn files_and_functions_stay_small() -> Rule {
    Rule {
        words: "no source file is over 400 lines, no function over 70",
        check: small,
        clean: &[
            ("src/lib.rs", "//! Short.\nfn short() {}\n"),
            ("sql/exact.sql", include_str!("planted/select_400.txt")),
        ],
        planted: &[
            Planted { files: &[("src/long.rs", LONG_FUNCTION)], at: &["src/long.rs:3"] },
            Planted { files: &[("tests/it/long.rs", LONG_FUNCTION)], at: &["tests/it/long.rs:3"] },
            Planted { files: &[("sql/long.sql", LONG_SQL)], at: &["sql/long.sql:401"] },
        ],
    }
}

fn small(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in sources(tree) {
        let lines = file.text.lines().count();
        if FILE_LINES_MAX < lines {
            offences.push(Offence::new(
                &file.path,
                lines,
                format!("{lines} lines, {FILE_LINES_MAX} at most"),
            ));
        }
    }
    for (file, facts) in tree.rust("") {
        for it in facts.functions.iter().filter(|it| FUNCTION_LINES_MAX < it.it.lines) {
            let what =
                format!("`{}` has {} lines, {FUNCTION_LINES_MAX} at most", it.it.name, it.it.lines);
            offences.push(Offence::new(&file.path, it.line, what));
        }
    }
    offences
}

/// Made from other files; a test of `tests/it/audit` compares it with what they make.
const GENERATED: &str = "sql/audit/install.sql";

/// Files people write: Rust and SQL.
fn sources(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.all().filter(|it| matches!(it.extension(), "rs" | "sql") && it.path != GENERATED)
}

pub fn the_median_file_is_short() -> Rule {
    Rule {
        words: "the median file of src has 150 lines at most",
        check: median,
        clean: &[
            ("src/a.rs", "//! Short.\n"),
            ("src/b.rs", LONG_SQL),
            ("src/c.rs", "//! Short.\n"),
        ],
        planted: &[Planted { files: &[("src/a.rs", LONG_SQL)], at: &["src:401"] }],
    }
}

fn median(tree: &Tree) -> Vec<Offence> {
    let mut lines: Vec<usize> =
        tree.under("src/", "rs").map(|it| it.text.lines().count()).collect();
    lines.sort_unstable();
    let Some(&median) = lines.get(lines.len() / 2) else { return Vec::new() };
    println!(
        "{} files in src, median {median} lines, longest {}",
        lines.len(),
        lines[lines.len() - 1]
    );
    if median <= MEDIAN_LINES_MAX {
        return Vec::new();
    }
    vec![Offence::new(
        "src",
        median,
        format!("the median file has {median} lines, {MEDIAN_LINES_MAX} at most"),
    )]
}
