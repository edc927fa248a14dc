//! The first line of every file is a sentence that says what the file is.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::{File, Tree},
};

pub fn the_first_line_says_what_the_file_is() -> Rule {
    Rule {
        words: "the first line (after `#!`) is a comment that says what the file is; a Rust file parses",
        check,
        clean: &[
            ("src/lib.rs", "//! The map.\n"),
            ("sql/roles.sql", "-- The roles.\n"),
            ("docker/Dockerfile", "# The image.\n"),
            (".ci/run", "#!/usr/bin/env bash\n# Everything CI runs.\n"),
            ("README.md", "# shikiri\n"),
            ("Cargo.toml", "# The package.\n"),
            ("Cargo.lock", "version = 4\n"),
            ("tests/golden/list.txt", "40001\n"),
        ],
        planted: &[
            Planted { files: &[("src/lib.rs", "pub mod db;\n")], at: &["src/lib.rs:1"] },
            Planted { files: &[("src/lib.rs", "//!\n//! The map.\n")], at: &["src/lib.rs:1"] },
            Planted { files: &[("src/lib.rs", "//! The map.\npub mod;\n")], at: &["src/lib.rs:1"] },
            Planted { files: &[("sql/roles.sql", "create role x;\n")], at: &["sql/roles.sql:1"] },
            Planted {
                files: &[("docker/Dockerfile", "FROM scratch\n")],
                at: &["docker/Dockerfile:1"],
            },
            Planted { files: &[(".ci/run", "#!/usr/bin/env bash\nset -e\n")], at: &[".ci/run:2"] },
            Planted { files: &[("README.md", "\n# shikiri\n")], at: &["README.md:1"] },
            Planted { files: &[("Cargo.toml", "[package]\n")], at: &["Cargo.toml:1"] },
        ],
    }
}

fn check(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.all() {
        if let Some(Err(what)) = &file.facts {
            offences.push(Offence::new(&file.path, 1, what));
        }
        let Some(mark) = mark(file) else { continue };
        let mut lines = file.text.lines().zip(1..).skip_while(|(it, _)| it.starts_with("#!/"));
        let (first, line) = lines.next().unwrap_or(("", 1));
        let said = first
            .strip_prefix(mark)
            .is_some_and(|it| it.starts_with(|c: char| c.is_alphanumeric() || c == '`'));
        if !said {
            offences.push(Offence::new(
                &file.path,
                line,
                format!("no `{mark}…` that says what this file is"),
            ));
        }
    }
    offences
}

/// How a comment of this kind of file begins; `None` for files that have none.
fn mark(file: &File) -> Option<&'static str> {
    match (file.name(), file.extension()) {
        (_, "rs") => Some("//! "),
        (_, "sql") => Some("-- "),
        (_, "toml" | "sh" | "yaml" | "yml" | "md") | (".editorconfig", _) => Some("# "),
        (name, _) if name.starts_with("Dockerfile") || file.text.starts_with("#!/") => Some("# "),
        _ => None,
    }
}
