//! What may be said in few places, and what in none.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

/// Macros that stop the program or leave work undone.
const GIVING_UP: &[&str] = &["todo", "unimplemented", "dbg"];
/// Macros that print. The service logs; only what a person starts at a terminal prints.
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln"];
/// Where printing is the job.
const PRINTERS: &[&str] = &["src/cli", "src/main.rs", "src/lab", "src/testkit"];

pub fn src_does_not_give_up() -> Rule {
    Rule {
        words: "src has no unwrap(), todo!, unimplemented! or dbg!, and prints only in cli, main, lab and testkit",
        check: giving_up,
        clean: &[
            (
                "src/wall/pool.rs",
                concat!(
                    "//! Pool. No println!(\"\") and no x.unwrap().\nfn f() {\n    x.unwrap_or_default();\n}\n",
                    "#[cfg(test)]\nmod tests {\n    fn f() {\n        x.unwrap();\n    }\n}\n",
                ),
            ),
            ("src/cli/serve.rs", "//! Serve.\nfn f() {\n    println!(\"ready\");\n}\n"),
        ],
        planted: &[
            Planted {
                files: &[("src/wall/pool.rs", "//! P.\nfn f() {\n    x\n        .unwrap();\n}\n")],
                at: &["src/wall/pool.rs:4"],
            },
            Planted {
                files: &[("src/wall/pool.rs", "//! P.\nfn f() {\n    vec![x.unwrap()];\n}\n")],
                at: &["src/wall/pool.rs:3"],
            },
            Planted {
                files: &[(
                    "src/wall/pool.rs",
                    "//! P.\nfn f() {\n    std::println!();\n    todo!();\n}\n",
                )],
                at: &["src/wall/pool.rs:3", "src/wall/pool.rs:4"],
            },
            Planted {
                files: &[("src/cli/serve.rs", "//! S.\nfn f() {\n    dbg!(1);\n}\n")],
                at: &["src/cli/serve.rs:3"],
            },
        ],
    }
}

fn giving_up(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/") {
        let prints = PRINTERS.iter().any(|it| file.path.starts_with(it));
        for call in facts.macros.iter().filter(|it| !it.test) {
            let name = call.it.name.as_str();
            if GIVING_UP.contains(&name) || (PRINTING.contains(&name) && !prints) {
                offences.push(Offence::new(&file.path, call.line, format!("{name}!")));
            }
        }
        for method in facts.methods.iter().filter(|it| !it.test && it.it == "unwrap") {
            offences.push(Offence::new(
                &file.path,
                method.line,
                "unwrap(): answer with an error, or expect(\"why\")",
            ));
        }
    }
    offences
}

/// The files that read the environment.
const READERS: &[&str] = &["src/config.rs", "src/testkit/settings.rs"];
/// What reads or writes it.
const ENVIRONMENT: &[&str] = &["var", "var_os", "vars", "vars_os", "set_var", "remove_var"];

pub fn the_environment_is_read_once() -> Rule {
    Rule {
        words: "the environment is read once, in src/config.rs (the test world finds its server in src/testkit/settings.rs)",
        check: environment,
        clean: &[
            ("src/config.rs", "//! Config.\nfn f() {\n    std::env::var(\"X\");\n}\n"),
            (
                "src/cli/run.rs",
                "//! Run.\nuse std::env;\nfn f() {\n    env::args();\n    env!(\"CARGO_PKG_NAME\");\n}\n",
            ),
        ],
        planted: &[
            Planted {
                files: &[(
                    "src/wall/pool.rs",
                    "//! P.\nuse std::env;\nfn f() {\n    env::var(\"X\");\n}\n",
                )],
                at: &["src/wall/pool.rs:4"],
            },
            Planted {
                files: &[("src/wall/pool.rs", "//! P.\nuse std::env::var_os as read;\n")],
                at: &["src/wall/pool.rs:2"],
            },
            Planted {
                files: &[(
                    "src/wall/pool.rs",
                    "//! P.\nfn f() {\n    vec![std::env::vars()];\n}\n",
                )],
                at: &["src/wall/pool.rs:3"],
            },
        ],
    }
}

fn environment(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/").filter(|(it, _)| !READERS.contains(&it.path.as_str())) {
        for path in &facts.paths {
            let parts: Vec<&str> = path.it.iter().map(String::as_str).collect();
            if matches!(parts[..], ["std", "env", last, ..] if ENVIRONMENT.contains(&last) || last == "*")
            {
                offences.push(Offence::new(&file.path, path.line, path.it.join("::")));
            }
        }
    }
    offences
}

/// Folders only a machine has. Written in two halves: this file must keep its own rule.
const MACHINES: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tmp", "/wt")];

/// Places where such a folder is inside a container, and why.
const CONTAINERS: &[(&str, &str)] = &[("docker/", "the folders of the image, not of a person")];

pub fn no_file_knows_a_machine() -> Rule {
    Rule {
        words: "no file names a folder of somebody's machine",
        check: machines,
        clean: &[
            ("README.md", concat!("# R\nhttps://example.org/ho", "me/page and src/wo", "rk/x\n")),
            ("docker/Dockerfile", concat!("# D\nRUN adduser --home /ho", "me/shikiri\n")),
        ],
        planted: &[
            Planted {
                files: &[("README.md", concat!("# R\n\ncd /wo", "rk/main\n"))],
                at: &["README.md:3"],
            },
            Planted {
                files: &[("tests/golden/x.txt", concat!("a\n'/ro", "ot/.cargo'\n"))],
                at: &["tests/golden/x.txt:2"],
            },
            Planted {
                files: &[("src/a.rs", concat!("//! A (/ho", "me/me/a.rs).\n"))],
                at: &["src/a.rs:1"],
            },
        ],
    }
}

fn machines(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    let metadata = crate::tree::METADATA;
    for file in tree
        .all()
        .filter(|it| it.path != metadata && !CONTAINERS.iter().any(|(c, _)| it.path.starts_with(c)))
    {
        for (text, line) in file.text.lines().zip(1..) {
            for word in text.split_whitespace().filter(|it| !it.contains("://")) {
                if let Some(folder) = MACHINES.iter().find(|it| begins_in(word, it)) {
                    offences.push(Offence::new(&file.path, line, format!("names {folder}")));
                }
            }
        }
    }
    offences
}

/// True when the folder begins a path inside this word, and is not part of a longer one.
fn begins_in(word: &str, folder: &str) -> bool {
    word.match_indices(folder).any(|(at, _)| {
        !word[..at]
            .ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '}' | '/'))
    })
}
