//! Each outside package has one home, and the domain has nearly none.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

/// Where a package may be named: files below `src/<home>`.
const HOMES: &[(&[&str], &[&str])] = &[
    (&["tokio_postgres", "deadpool"], &["wall", "dba"]),
    (&["postgres_protocol", "refinery"], &["dba"]),
    (&["jsonwebtoken", "argon2"], &["auth"]),
    (&["base64"], &["auth", "http"]),
    (&["aws_lc_rs"], &["auth", "report"]),
    // The key of a file, and what is encrypted with it.
    (&["aead_stream"], &["export/store"]),
    (&["chacha20poly1305"], &["export/store", "http"]),
    (&["nix"], &["lab"]),
    (&["printpdf", "lopdf", "subsetter", "ttf_parser", "libdeflater"], &["pdf"]),
    (
        &[
            "warp",
            "multer",
            "hyper",
            "hyper_util",
            "tower",
            "tower_http",
            "http",
            "http_body",
            "http_body_util",
            "utoipa",
            "prometheus_client",
            "tokio_rustls",
            "tokio_stream",
            "rustls_native_certs",
        ],
        &["http"],
    ),
    (&["csv"], &["intake", "report", "export/certificate"]),
    // A file that arrives in pieces is parsed piece by piece: csv itself pulls from a reader.
    (&["csv_core"], &["intake"]),
    (&["encoding_rs"], &["intake", "report"]),
    (&["testcontainers"], &["lab"]),
    (&["toml"], &["audit/config"]),
    (&["clap", "indicatif"], &["cli"]),
    (&["tracing_subscriber"], &["cli"]),
    // serde only where something is a promise to the outside.
    (&["serde"], &["auth", "http", "lab", "audit/config", "audit/render"]),
    // jsonb values are read and written by statements and dba.
    (
        &["serde_json"],
        &[
            "auth",
            "http",
            "lab",
            "export/certificate",
            "audit/render",
            "statements",
            "dba",
            // What the command line sends to the API, and reads of it.
            "cli/export",
            "cli/audit_http",
            "cli/chain",
            "cli/page_code",
        ],
    ),
];

/// What has no one home, and what it is for. The domain has a list of its own.
#[expect(dead_code, reason = "read as text by idle.rs, so that it can be planted")]
const EVERYWHERE: &[(&str, &str)] = &[
    ("bytes", "a body and a file in pieces, without a copy"),
    ("futures_util", "streams, and many futures at once"),
    ("getrandom", "what nobody may guess"),
    ("hex", "digests and secrets as text"),
    ("sha2", "digests of files, pages, rows and secrets"),
    ("tempfile", "directories that end with their owner"),
    ("thiserror", "each room names its own failures"),
    ("time", "days and moments"),
    ("tokio", "the runtime"),
    ("tracing", "the log"),
    ("uuid", "names of things"),
];

/// All that the domain may use besides `core` and `std`'s plain values.
const DOMAIN_PACKAGES: &[&str] = &["std", "core", "alloc", "thiserror", "time", "uuid"];

/// What of `std` is IO, a clock, a thread or the process.
const IMPURE: &[&str] =
    &["env", "fs", "future", "io", "net", "os", "process", "sync", "task", "thread", "time"];

pub fn each_package_has_one_home() -> Rule {
    Rule {
        words: "each outside package is named in one place only; the list is in tests/tidy/homes.rs",
        check: homes,
        clean: &[
            ("src/lib.rs", "//! Map.\npub mod http;\n"),
            ("src/wall/pool.rs", "//! Pool.\nuse tokio_postgres::Client;\n"),
            (
                "src/http/serve.rs",
                "//! Serve. No tokio_postgres::Client here.\nuse http::StatusCode;\nuse warp::Filter;\n",
            ),
            (
                "src/cli/serve.rs",
                "//! Serve.\nuse crate::http;\nfn f() {\n    http::serve(\"jsonwebtoken::x\")\n}\n",
            ),
            ("src/export/certificate.rs", "//! Proof.\nuse serde_json::json;\n"),
        ],
        planted: &[
            Planted {
                files: &[(
                    "src/http/serve.rs",
                    "//! Serve.\nuse {tokio_postgres::Client, warp::Filter};\n",
                )],
                at: &["src/http/serve.rs:2"],
            },
            Planted {
                files: &[(
                    "src/wall/x.rs",
                    "//! X.\n#[derive(serde::Serialize)]\nstruct X(::warp::Reply);\n",
                )],
                at: &["src/wall/x.rs:2", "src/wall/x.rs:3"],
            },
            Planted {
                files: &[(
                    "src/export/run.rs",
                    "//! Run.\nuse serde_json as json;\nfn f() {\n    json::json!(1);\n}\n",
                )],
                at: &["src/export/run.rs:2", "src/export/run.rs:4"],
            },
            Planted {
                files: &[("src/lab/x.rs", "//! X.\nextern crate refinery;\n")],
                at: &["src/lab/x.rs:2"],
            },
        ],
    }
}

fn homes(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/") {
        for path in &facts.paths {
            let Some(package) = path.it.first() else { continue };
            let Some((_, homes)) =
                HOMES.iter().find(|(packages, _)| packages.contains(&package.as_str()))
            else {
                continue;
            };
            if !homes.iter().any(|home| is_inside(&file.path, home)) {
                let what = format!("`{package}` belongs in src/{}", homes.join(", src/"));
                offences.push(Offence::new(&file.path, path.line, what));
            }
        }
    }
    offences
}

/// `src/wall.rs`, `src/wall/mod.rs` and everything deeper are inside `wall`.
pub fn is_inside(path: &str, home: &str) -> bool {
    let rest = path.strip_prefix("src/").and_then(|it| it.strip_prefix(home));
    rest.is_some_and(|it| it == ".rs" || it.starts_with('/'))
}

pub fn the_domain_is_pure() -> Rule {
    Rule {
        words: "src/domain is pure values: no async, IO, serde or clock, and no package but thiserror, time and uuid",
        check: pure,
        clean: &[(
            "src/domain/slip.rs",
            "//! Slip.\nuse std::fmt;\nuse time::Date;\nimpl fmt::Display for X {}\n#[cfg(test)]\nmod tests {\n    use proptest::prelude::*;\n}\n",
        )],
        planted: &[
            Planted {
                files: &[(
                    "src/domain/slip.rs",
                    "//! Slip.\nuse std::{fmt, time::SystemTime};\nuse tokio::time;\n",
                )],
                at: &["src/domain/slip.rs:2", "src/domain/slip.rs:3"],
            },
            Planted {
                files: &[(
                    "src/domain/slip.rs",
                    "//! Slip.\nfn f() {\n    time::OffsetDateTime::now_utc();\n}\n",
                )],
                at: &["src/domain/slip.rs:3"],
            },
        ],
    }
}

fn pure(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (file, facts) in tree.rust("src/domain/") {
        // One part alone may be a local name; a package is always followed by something.
        for path in facts.paths.iter().filter(|it| !it.test && 1 < it.it.len()) {
            let (first, second) = (path.it[0].as_str(), path.it[1].as_str());
            let last = path.it.last().map_or("", String::as_str);
            let foreign = first.starts_with(|it: char| it.is_ascii_lowercase())
                && !["crate", "self", "super"].contains(&first)
                && !PRIMITIVES.contains(&first)
                && !DOMAIN_PACKAGES.contains(&first);
            let impure = first == "std" && IMPURE.contains(&second);
            if foreign || impure || last.starts_with("now_") || last == "now" {
                offences.push(Offence::new(
                    &file.path,
                    path.line,
                    format!("`{}` in the domain", path.it.join("::")),
                ));
            }
        }
    }
    offences
}

/// `u32::MAX` names no package.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64",
];
