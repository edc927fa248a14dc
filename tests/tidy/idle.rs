//! Lists of what may be used, kept short: a permission that nobody uses is one that somebody will.

use std::collections::BTreeSet;

use crate::{
    lists,
    rooms::{MACRO_ROOMS, room},
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

const ROOMS_FILE: &str = "tests/tidy/rooms.rs";
const HOMES_FILE: &str = "tests/tidy/homes.rs";
const CARGO: &str = "Cargo.toml";

pub fn every_permission_of_a_room_is_used() -> Rule {
    Rule {
        words: "each room in tests/tidy/rooms.rs is there, and uses every part of the house that its line names",
        check: permissions,
        clean: &[
            (
                ROOMS_FILE,
                "//! R.\npub const ROOMS: &[(&str, &[&str])] = &[\n(\"domain\", &[]),\n(\"http\", &[\"domain\",\n\"dba::catalog\"]),\n];\n",
            ),
            ("src/domain/mod.rs", "//! D.\n"),
            ("src/http/mod.rs", "//! H.\nuse crate::{dba::catalog::Plan, domain};\n"),
        ],
        planted: &[
            Planted {
                files: &[("src/http/mod.rs", "//! H.\nuse crate::{dba::probe, domain};\n")],
                at: &["tests/tidy/rooms.rs:5"],
            },
            Planted { files: &[("src/domain/mod.rs", "")], at: &["tests/tidy/rooms.rs:3"] },
            Planted { files: &[(ROOMS_FILE, "//! R.\n")], at: &["tests/tidy/rooms.rs:1"] },
        ],
    }
}

fn permissions(tree: &Tree) -> Vec<Offence> {
    let source = tree.file(ROOMS_FILE).map_or("", |it| it.text.as_str());
    let rooms = lists::pairs(source, "ROOMS");
    if rooms.is_empty() {
        return vec![Offence::new(ROOMS_FILE, 1, "no room is listed: nothing was checked")];
    }
    let mut used = BTreeSet::new();
    let mut there = BTreeSet::new();
    for (file, facts) in tree.rust("src/") {
        let Some(here) = room(&file.path) else { continue };
        there.insert(here);
        for path in facts.paths.iter().filter(|it| it.it.first().is_some_and(|it| it == "crate")) {
            let mut parts = path.it[1..].to_vec();
            if let Some(first) = parts.first_mut()
                && let Some((_, room)) = MACRO_ROOMS.iter().find(|(it, _)| it == first)
            {
                *first = (*room).to_owned();
            }
            for length in 1..=parts.len() {
                used.insert((here, parts[..length].join("::")));
            }
        }
    }
    let mut offences = Vec::new();
    for (names, allowed) in &rooms {
        for (name, line) in names {
            if !there.contains(name.as_str()) {
                let what = format!("there is no room `{name}`: list it when it is built");
                offences.push(Offence::new(ROOMS_FILE, *line, what));
                continue;
            }
            for (it, line) in allowed {
                if !used.contains(&(name.as_str(), it.clone())) {
                    let what = format!("`{name}` may use `{it}` and does not: shorten its line");
                    offences.push(Offence::new(ROOMS_FILE, *line, what));
                }
            }
        }
    }
    offences
}

pub fn every_package_has_a_home() -> Rule {
    Rule {
        words: "each package in Cargo.toml has a line in tests/tidy/homes.rs, and each line's package is used in each of its homes",
        check: packages,
        clean: &[
            (
                CARGO,
                "[dependencies]\nwarp = \"1\"\nfutures-util = { version = \"1\" }\n[dev-dependencies]\nsyn = \"2\"\n",
            ),
            (
                HOMES_FILE,
                "//! H.\nconst HOMES: &[(&[&str], &[&str])] = &[\n(&[\"warp\"], &[\"http\",\n\"cli/serve\"]),\n];\nconst EVERYWHERE: &[(&str, &str)] = &[\n(\"futures_util\", \"streams\"),\n];\n",
            ),
            ("src/http/mod.rs", "//! H.\nuse warp::Filter;\n"),
            ("src/cli/serve.rs", "//! S.\nuse warp::Reply;\nuse futures_util::StreamExt;\n"),
        ],
        planted: &[
            Planted {
                files: &[(
                    CARGO,
                    "[dependencies]\nwarp = \"1\"\nfutures-util = \"1\"\nhex = \"1\"\n",
                )],
                at: &["Cargo.toml:4"],
            },
            Planted {
                files: &[(CARGO, "[dependencies]\nwarp = \"1\"\n")],
                at: &["tests/tidy/homes.rs:7"],
            },
            Planted { files: &[("src/http/mod.rs", "//! H.\n")], at: &["tests/tidy/homes.rs:3"] },
            Planted { files: &[(CARGO, "[package]\n")], at: &["Cargo.toml:1"] },
        ],
    }
}

fn packages(tree: &Tree) -> Vec<Offence> {
    let cargo = tree.file(CARGO).map_or("", |it| it.text.as_str());
    let table: toml::Table = cargo.parse().expect("Cargo.toml is TOML");
    let Some(listed) = table.get("dependencies").and_then(|it| it.as_table()) else {
        return vec![Offence::new(CARGO, 1, "no package is listed: nothing was checked")];
    };
    let listed: BTreeSet<String> = listed.keys().map(|it| it.replace('-', "_")).collect();
    let source = tree.file(HOMES_FILE).map_or("", |it| it.text.as_str());
    let homes = lists::pairs(source, "HOMES");
    let everywhere = lists::pairs(source, "EVERYWHERE");
    let housed: BTreeSet<&str> = homes
        .iter()
        .chain(&everywhere)
        .flat_map(|(packages, _)| packages)
        .map(|(it, _)| it.as_str())
        .collect();
    let mut offences = Vec::new();
    for package in listed.iter().filter(|it| !housed.contains(it.as_str())) {
        let at = cargo.lines().position(|it| {
            it.split_once('=').is_some_and(|(name, _)| name.trim().replace('-', "_") == *package)
        });
        let what =
            format!("`{package}` has no line in {HOMES_FILE}: say in which room it is at home");
        offences.push(Offence::new(CARGO, at.map_or(1, |it| it + 1), what));
    }
    for (package, line) in homes.iter().chain(&everywhere).flat_map(|(packages, _)| packages) {
        if !listed.contains(package) {
            offences.push(Offence::new(
                HOMES_FILE,
                *line,
                format!("`{package}` is no package of ours"),
            ));
        }
    }
    // A home is idle when none of its line's packages is named there.
    for (packages, places) in &homes {
        for (place, line) in places {
            if !packages.iter().any(|(package, _)| is_named(tree, place, package)) {
                let names: Vec<&str> = packages.iter().map(|(it, _)| it.as_str()).collect();
                let what =
                    format!("src/{place} names none of {}: shorten the line", names.join(", "));
                offences.push(Offence::new(HOMES_FILE, *line, what));
            }
        }
    }
    offences
}

fn is_named(tree: &Tree, place: &str, package: &str) -> bool {
    tree.rust("src/").filter(|(file, _)| crate::homes::is_inside(&file.path, place)).any(
        |(_, facts)| facts.paths.iter().any(|path| path.it.first().is_some_and(|it| it == package)),
    )
}
