//! The history of policies as text.

use std::fmt::Write as _;

use crate::{audit::render::diff::lines_changed, dba::catalog::WallRecord};

/// The list of what was recorded, newest first.
pub fn history(records: &[WallRecord], live: &str) -> String {
    let mut out = String::new();
    for it in records {
        let here = if it.wall_digest == live { "  <- live now" } else { "" };
        let _ = writeln!(
            out,
            "{:>5}  {}  {:9}  {}  {} lines{here}",
            it.wall_id,
            it.seen_at,
            it.origin,
            it.wall_digest,
            it.lines.len()
        );
    }
    if !records.iter().any(|it| it.wall_digest == live) {
        let _ = writeln!(
            out,
            "The live wall {live} is in no record: `shikiri audit history --record` writes it down."
        );
    }
    out
}

/// What changed between two of them.
pub fn history_diff(a: &WallRecord, b: &WallRecord) -> String {
    let head = |it: &WallRecord| format!("{} of {} ({})", it.wall_digest, it.seen_at, it.origin);
    format!("from {}\nto   {}\n{}", head(a), head(b), lines_changed(&a.lines, &b.lines))
}
