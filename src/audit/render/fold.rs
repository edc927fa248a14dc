//! Lines for a pipe: none is wider than eighty columns, and SQL stays SQL.

/// Columns of a line that is piped.
pub const COLUMNS: usize = 80;

/// Breaks lines that are too wide at a blank. What goes on is indented; a comment of SQL goes on as one.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        fold_line(&mut out, line);
    }
    out
}

/// The same of whole lines of comment alone: a statement of SQL stays as it is.
pub fn fold_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.starts_with("-- ") {
            fold_line(&mut out, line);
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn fold_line(out: &mut String, line: &str) {
    let indent = line.len() - line.trim_start().len();
    let mut rest = line.to_owned();
    while COLUMNS < width(&rest) {
        let (at, blank) = break_of(&rest, indent);
        let head = rest[..at].trim_end();
        out.push_str(head);
        out.push('\n');
        let tail = rest[at + usize::from(blank)..].trim_start();
        let deeper = " ".repeat(indent.min(COLUMNS / 2) + 2);
        let comment =
            if head.trim_start().starts_with("-- ") || head.contains("; -- ") { "-- " } else { "" };
        rest = format!("{deeper}{comment}{tail}");
    }
    out.push_str(rest.trim_end());
    out.push('\n');
}

/// Where a line ends: at its last blank that fits, outside of a text in quotes; a word that is too long is cut.
fn break_of(line: &str, indent: usize) -> (usize, bool) {
    let (mut columns, mut best, mut inside, mut quoted) = (0, None, None, false);
    let mut last = 0;
    for (at, it) in line.char_indices() {
        columns += of(it);
        if COLUMNS < columns {
            break;
        }
        last = at + it.len_utf8();
        quoted ^= it == '\'';
        if it == ' ' && indent < at {
            inside = Some(at);
            if !quoted {
                best = Some(at);
            }
        }
    }
    // Past the beginning of what goes on, or nothing would ever be left over.
    let far = |it: &usize| indent + 6 < *it;
    match best.or(inside).filter(far) {
        Some(at) => (at, true),
        None => (last, false),
    }
}

fn width(line: &str) -> usize {
    line.chars().map(of).sum()
}

/// A Japanese letter takes two columns.
fn of(it: char) -> usize {
    let wide = matches!(u32::from(it), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6);
    if wide { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, fold, width};

    #[test]
    fn no_line_is_wider_and_no_word_is_lost() {
        let long = "x".repeat(200);
        let sql = "      insert into app.slips (tenant_id, slip_no, customer_name, amount) select tenant_id, 'a b c', 'd' from app.slips; -- and what is said behind it goes on as a comment, also on the next line";
        let japanese = "  ".to_owned() + &"他社の行が読める。".repeat(9);
        for line in [long.as_str(), sql, &japanese, "short"] {
            let folded = fold(line);
            assert!(folded.lines().all(|it| width(it) <= COLUMNS), "{folded}");
            let flat = |it: &str| it.replace(['\n', ' '], "").replace("--", "");
            assert_eq!(flat(&folded), flat(line));
        }
        let folded = fold(sql);
        let behind = folded.lines().skip_while(|it| !it.contains("; -- ")).skip(1);
        assert!(
            behind.clone().count() > 0 && behind.clone().all(|it| it.trim().starts_with("--")),
            "{folded}"
        );
    }
}
