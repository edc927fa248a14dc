//! A patch that a benchmark puts on a copy of this tree fits the tree.

use crate::{
    rule::{Offence, Planted, Rule},
    tree::Tree,
};

const PATCH: &str =
    "--- a/sql/list.sql\n+++ b/sql/list.sql\n@@ -2,2 +2,2 @@\n two\n-three\n+four\n";

pub fn every_patch_fits_what_it_changes() -> Rule {
    Rule {
        words: "a *.patch fits the files it names as they are: otherwise what it is measured with was measured once",
        check,
        clean: &[("benches/plain.patch", PATCH), ("sql/list.sql", "one\ntwo\nthree\n")],
        planted: &[
            Planted {
                files: &[("sql/list.sql", "one\ntwo\nfive\nthree\n")],
                at: &["benches/plain.patch:3"],
            },
            Planted { files: &[("sql/list.sql", "")], at: &["benches/plain.patch:3"] },
            Planted {
                files: &[("benches/plain.patch", "nothing\n")],
                at: &["benches/plain.patch:1"],
            },
        ],
    }
}

/// The lines that a hunk wants to find, and where it begins in the patch.
struct Hunk<'a> {
    line: usize,
    file: &'a str,
    wants: Vec<&'a str>,
}

fn check(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for patch in tree.all().filter(|it| it.path.ends_with(".patch")) {
        let hunks = hunks(&patch.text);
        if hunks.is_empty() {
            offences.push(Offence::new(&patch.path, 1, "changes nothing"));
        }
        for hunk in hunks {
            let fits = tree.file(hunk.file).is_some_and(|it| {
                let lines: Vec<&str> = it.text.lines().collect();
                lines.windows(hunk.wants.len()).any(|it| it == hunk.wants)
            });
            if !fits {
                let what = format!("{} is not like this any more", hunk.file);
                offences.push(Offence::new(&patch.path, hunk.line, what));
            }
        }
    }
    offences
}

fn hunks(patch: &str) -> Vec<Hunk<'_>> {
    let (mut res, mut file) = (Vec::<Hunk<'_>>::new(), "");
    for (text, line) in patch.lines().zip(1..) {
        if let Some(name) = text.strip_prefix("--- a/") {
            file = name;
        } else if text.starts_with("@@ ") {
            res.push(Hunk { line, file, wants: Vec::new() });
        } else if let (Some(hunk), Some(wanted)) =
            (res.last_mut(), text.strip_prefix([' ', '-']).filter(|_| !text.starts_with("---")))
        {
            hunk.wants.push(wanted);
        }
    }
    res
}
