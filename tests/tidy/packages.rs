//! What is in the dependency tree: the lists of `deny.toml`, kept without `cargo deny`.

use crate::{
    rule::{Offence, Planted, Rule},
    spdx,
    tree::{METADATA, Tree},
};

const DENY: (&str, &str) = (
    "deny.toml",
    "# D.\n[licenses]\nallow = [\"MIT\", \"ISC\"]\n[bans]\ndeny = [{ crate = \"openssl\" }]\n[sources]\nallow-registry = [\"https://r\"]\n",
);

pub fn licences_are_on_the_list() -> Rule {
    Rule {
        words: "every package may be used under a licence of deny.toml, and every licence there is one some package has",
        check: licences,
        clean: &[
            DENY,
            (
                METADATA,
                r#"{"packages": [{"name": "a", "version": "1.0.0", "license": "MIT OR GPL-3.0"}, {"name": "b", "version": "1.0.0", "license": "ISC"}]}"#,
            ),
        ],
        planted: &[
            Planted {
                files: &[(
                    METADATA,
                    r#"{"packages": [{"name": "a", "version": "1.0.0", "license": "MIT AND GPL-3.0"}, {"name": "b", "version": "1.0.0", "license": null}, {"name": "c", "version": "1.0.0", "license": "ISC"}]}"#,
                )],
                at: &["Cargo.lock:1", "Cargo.lock:1"],
            },
            Planted {
                files: &[(METADATA, r#"{"packages": [{"name": "b", "license": "MIT"}]}"#)],
                at: &["deny.toml:1"],
            },
            Planted { files: &[(METADATA, r#"{"packages": []}"#)], at: &["Cargo.lock:1"] },
        ],
    }
}

fn licences(tree: &Tree) -> Vec<Offence> {
    let text = tree.file(METADATA).map_or("", |it| it.text.as_str());
    let metadata: serde_json::Value =
        serde_json::from_str(text).expect("cargo metadata answers in JSON");
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let allowed = texts(&deny(tree)["licenses"]["allow"]);
    let mut offences = Vec::new();
    let mut expressions = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let expression = package["license"].as_str().unwrap_or_default();
        expressions.push(expression);
        match spdx::is_allowed(expression, &allowed) {
            Ok(true) => (),
            Ok(false) => offences.push(Offence::new(
                "Cargo.lock",
                1,
                format!("{name}: {expression} is not allowed"),
            )),
            Err(why) => offences.push(Offence::new(
                "Cargo.lock",
                1,
                format!("{name}: no licence to read: {why}"),
            )),
        }
    }
    if packages.is_empty() {
        return vec![Offence::new("Cargo.lock", 1, "cargo names no package: nothing was checked")];
    }
    for licence in
        allowed.iter().filter(|licence| !expressions.iter().any(|it| it.contains(licence.as_str())))
    {
        offences.push(Offence::new(
            "deny.toml",
            1,
            format!("no package needs {licence}: shorten the list"),
        ));
    }
    offences
}

const LOCK: &str = "version = 4\n\n[[package]]\nname = \"shikiri\"\n\n[[package]]\nname = \"a\"\nsource = \"registry+https://r\"\n";
const BANNED: &str =
    "version = 4\n\n[[package]]\nname = \"openssl\"\nsource = \"registry+https://r\"\n";
const FOREIGN: &str = "version = 4\n\n[[package]]\nname = \"a\"\nsource = \"git+https://g\"\n";

pub fn banned_packages_are_not_in_the_tree() -> Rule {
    Rule {
        words: "no package deny.toml bans is in Cargo.lock, and every package comes from a registry it allows",
        check: bans,
        clean: &[DENY, ("Cargo.lock", LOCK)],
        planted: &[
            Planted { files: &[("Cargo.lock", BANNED)], at: &["Cargo.lock:4"] },
            Planted { files: &[("Cargo.lock", FOREIGN)], at: &["Cargo.lock:4"] },
            Planted { files: &[("Cargo.lock", "version = 4\n")], at: &["Cargo.lock:1"] },
        ],
    }
}

fn bans(tree: &Tree) -> Vec<Offence> {
    let text = tree.file("Cargo.lock").map_or("", |it| it.text.as_str());
    let lock: toml::Table = text.parse().expect("Cargo.lock is TOML");
    let deny = deny(tree);
    let banned: Vec<&str> =
        list(&deny["bans"]["deny"]).iter().filter_map(|it| it["crate"].as_str()).collect();
    let registries = texts(&deny["sources"]["allow-registry"]);
    let packages = lock.get("package").map_or(&[][..], list);
    if packages.is_empty() || banned.is_empty() || registries.is_empty() {
        return vec![Offence::new(
            "Cargo.lock",
            1,
            "no package, no ban or no registry: nothing was checked",
        )];
    }
    let mut offences = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let line = text
            .lines()
            .zip(1..)
            .find(|(it, _)| *it == format!("name = \"{name}\""))
            .map_or(1, |(_, at)| at);
        if banned.contains(&name) {
            offences.push(Offence::new(
                "Cargo.lock",
                line,
                format!("{name} is banned in deny.toml"),
            ));
        }
        // Our own package has no source.
        let Some(source) = package.get("source").and_then(|it| it.as_str()) else { continue };
        if !registries.iter().any(|it| source == format!("registry+{it}")) {
            offences.push(Offence::new("Cargo.lock", line, format!("{name} comes from {source}")));
        }
    }
    offences
}

fn deny(tree: &Tree) -> toml::Table {
    let text = tree.file("deny.toml").map_or("", |it| it.text.as_str());
    text.parse().expect("deny.toml is TOML")
}

fn list(value: &toml::Value) -> &[toml::Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

fn texts(value: &toml::Value) -> Vec<String> {
    list(value).iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}
