//! Who may use whom.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

/// Every room, and the parts of the house it may use. What is absent is forbidden.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("auth", &["domain"]),
    ("wall", &["domain", "auth"]),
    ("statements", &["domain", "auth", "wall"]),
    ("dba", &["auth", "wall"]),
    ("pdf", &[]),
    ("report", &["domain", "pdf"]),
    ("intake", &["domain"]),
    ("export", &["domain", "auth", "wall", "statements", "dba::catalog::source_digest", "report"]),
    ("http", &["domain", "auth", "wall", "statements", "intake", "export"]),
    ("audit", &["dba"]),
    ("lab", &["domain", "auth", "wall", "statements", "dba", "pdf", "report", "export"]),
    (
        "testkit",
        &["domain", "auth", "wall", "statements", "dba", "report", "export", "http", "lab"],
    ),
    ("config", &[]),
    (
        "cli",
        &[
            "domain",
            "auth",
            "wall",
            "statements",
            "dba",
            "report",
            "export",
            "http",
            "audit",
            "lab",
            "config",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Macros stand at the root of the crate whatever room they are written in.
pub const MACRO_ROOMS: &[(&str, &str)] =
    &[("statement", "wall"), ("__call", "wall"), ("door", "wall"), ("operator_call", "wall")];

/// The room of a file: `src/wall/pool.rs` is in `wall`, `src/config.rs` is `config`.
pub fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    Some(inside.split_once('/').map_or(inside.trim_end_matches(".rs"), |(room, _)| room))
}

pub fn rooms_use_only_what_they_may() -> Rule {
    Rule {
        words: "a room uses only the rooms its line in tests/tidy/rooms.rs names",
        check,
        clean: &[
            ("src/lib.rs", "//! Map.\npub mod wall;\npub mod domain;\npub mod http;\n"),
            ("src/main.rs", "//! Start.\nfn main() {\n    shikiri::cli::run()\n}\n"),
            ("src/domain/slip.rs", "//! Slip. Not crate::wall::Pool.\nuse super::Invalid;\n"),
            ("src/wall/pool.rs", "//! Pool.\nuse crate::{auth::VerifiedSession, domain};\n"),
            ("src/report/slip_list/mod.rs", "//! List.\nuse crate::{domain::Slip, pdf};\n"),
            ("src/audit/rule.rs", "//! Rule.\nuse crate::dba::{catalog, probe::Probe};\n"),
            (
                "src/cli/serve.rs",
                "//! Serve.\nuse crate::http;\nfn run(it: ::http::Uri) {\n    http::serve(it)\n}\n",
            ),
        ],
        planted: PLANTED,
    }
}

const PLANTED: &[Planted] = &[
    Planted {
        files: &[(
            "src/domain/slip.rs",
            "//! Slip.\nuse crate::{\n    auth,\n    wall::{self, Pool},\n};\n",
        )],
        at: &["src/domain/slip.rs:3", "src/domain/slip.rs:4", "src/domain/slip.rs:4"],
    },
    Planted {
        files: &[("src/domain/mod.rs", "//! Values.\nfn f() {\n    super::wall::open()\n}\n")],
        at: &["src/domain/mod.rs:3"],
    },
    Planted {
        files: &[(
            "src/http/slips/list.rs",
            "//! List.\nfn f() {\n    vec![crate::pdf::Page::new()];\n}\n",
        )],
        at: &["src/http/slips/list.rs:3"],
    },
    Planted {
        files: &[(
            "src/http/draw.rs",
            "//! Draw.\nmacro_rules! m { () => { use $crate::{report::Kind}; } }\n",
        )],
        at: &["src/http/draw.rs:2"],
    },
    Planted {
        files: &[("src/audit/rule.rs", "//! Rule.\nuse crate::wall;\nuse crate::wall::Pool;\n")],
        at: &["src/audit/rule.rs:2", "src/audit/rule.rs:3"],
    },
    Planted {
        files: &[("src/report/mod.rs", "//! Reports.\nuse crate::wall::*;\n")],
        at: &["src/report/mod.rs:2"],
    },
    Planted {
        files: &[("src/statements/slips.rs", "//! Slips.\nuse super::super::slips::Pool;\n")],
        at: &["src/statements/slips.rs:2"],
    },
    Planted {
        files: &[(
            "src/intake/mod.rs",
            "//! Intake.\nuse crate::testkit::World;\nuse crate::config::Config;\n",
        )],
        at: &["src/intake/mod.rs:2", "src/intake/mod.rs:3"],
    },
    Planted {
        files: &[("src/lab/mod.rs", "//! Lab.\nuse crate as all;\nuse crate::http;\n")],
        at: &["src/lab/mod.rs:2", "src/lab/mod.rs:3"],
    },
    Planted {
        files: &[(
            "src/http/new.rs",
            "//! New.\nfn f() {\n    crate::statement!(\"slips/list.sql\");\n    crate::Pool::new();\n}\n",
        )],
        at: &["src/http/new.rs:4"],
    },
    Planted { files: &[("src/util/mod.rs", "//! Anything.\n")], at: &["src/util/mod.rs:1"] },
];

fn check(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/") {
        let Some(here) = room(&file.path) else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(it, _)| *it == here) else {
            offences.push(Offence::new(
                &file.path,
                1,
                format!("`{here}` is no room of this house"),
            ));
            continue;
        };
        for line in &facts.grandparents {
            offences.push(Offence::new(&file.path, *line, "write `crate::…`, not `super::super`"));
        }
        // The map may name every room: that is what it is for.
        for path in facts.paths.iter().filter(|_| here != "lib") {
            if let Some(what) = complaint(here, allowed, &path.it) {
                offences.push(Offence::new(&file.path, path.line, what));
            }
        }
    }
    offences
}

/// What is wrong with using this path from `here`.
fn complaint(here: &str, allowed: &[&str], path: &[String]) -> Option<String> {
    let (first, inside) = path.split_first()?;
    if first != "crate" {
        return None;
    }
    let Some(other) = inside.first() else {
        return Some("the whole crate under another name hides what is used".to_owned());
    };
    let other =
        MACRO_ROOMS.iter().find(|(it, _)| it == other).map_or(other.as_str(), |(_, room)| room);
    if other == here {
        return None;
    }
    if !ROOMS.iter().any(|(it, _)| *it == other) {
        return Some(format!("`crate::{other}` is no room: name the room the thing lives in"));
    }
    let path = std::iter::once(other)
        .chain(inside[1..].iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("::");
    let ok = allowed
        .iter()
        .any(|it| path == *it || path.strip_prefix(it).is_some_and(|rest| rest.starts_with("::")));
    let may = match allowed {
        [] => "it uses no other room".to_owned(),
        _ => format!("it may use {}", allowed.join(", ")),
    };
    (!ok).then(|| format!("`{here}` must not use `{path}`: {may}"))
}
