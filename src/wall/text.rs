//! What a statement file may look like. Found out while the program is compiled: a file that does not fit is an error
//! of the compiler, so no program that runs can hold one.
//!
//! The wrapper of a read puts a file between two parentheses, and its credential into the parameter after the file's
//! last one. Both hold only when the file names the parameters of its struct and no other, is one statement, and
//! closes what it opens. Postgres's lexer decides what is text and what is not; this is the same lexer, made small
//! (with `standard_conforming_strings` on, which every connection of ours pins).

/// Reads a text from its first byte to its last, and compares the parameters that it names with the number of its
/// struct's fields. Says whether it can stand where a sub-select stands, and nowhere does a word stand that writes.
pub(super) const fn look(sql: &str, fields: usize) -> Result<bool, &'static str> {
    // A bit for each of `$1` to `$127`, and one for any other.
    let (mut text, mut depth, mut named) = (sql.as_bytes(), 0_usize, 0_u128);
    let (mut first, mut over, mut selects, mut writes) = (true, false, false, false);
    while let [it, rest @ ..] = text {
        // Of a literal, a quoted name or a comment only the end is looked for.
        let skipped = match text {
            [b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, ..] => Some(Some(rest)),
            [b'-', b'-', ..] => Some(Some(after_line(rest))),
            [b'/', b'*', rest @ ..] => Some(after_comment(rest)),
            _ => None,
        };
        let next = match skipped {
            Some(next) => next,
            None if *it == b';' => {
                over = true;
                Some(rest)
            }
            None if over => return Err("a statement's file holds more than one statement"),
            None => match text {
                [b'e' | b'E', b'\'', rest @ ..] => after_escapes(rest),
                [b'\'' | b'"', ..] => after_quotes(rest, *it),
                [b'$', b'0'..=b'9', ..] => {
                    let (bit, rest) = parameter(rest);
                    named |= bit;
                    Some(rest)
                }
                [b'$', ..] => after_dollars(text),
                [b'(', ..] => {
                    depth += 1;
                    Some(rest)
                }
                [b')', ..] if depth == 0 => {
                    return Err("a statement's file closes a parenthesis that it did not open");
                }
                [b')', ..] => {
                    depth -= 1;
                    Some(rest)
                }
                _ if starts_word(*it) => {
                    let (word, rest) = text.split_at(word_length(text, true));
                    selects |= first && is_one_of(word, &[b"select", b"with", b"values"]);
                    // `for update` is taken for a write as well: it is no harm to reset more than one must.
                    writes |=
                        is_one_of(word, &[b"insert", b"update", b"delete", b"merge", b"into"]);
                    Some(rest)
                }
                _ => Some(rest),
            },
        };
        first &= skipped.is_some();
        text = match next {
            Some(next) => next,
            None => return Err("a statement's file ends inside a comment, a text or a name"),
        };
    }
    if first {
        return Err("a statement's file is empty");
    }
    if depth != 0 {
        return Err("a statement's file leaves a parenthesis open");
    }
    match fits(named, fields) {
        Ok(()) => Ok(selects && !writes),
        Err(what) => Err(what),
    }
}

const fn fits(named: u128, fields: usize) -> Result<(), &'static str> {
    match 1_u128.checked_shl(fields as u32) {
        None => Err("a statement's struct has more than 127 fields"),
        Some(next) if named >= next => {
            Err("a statement's file names a parameter that its struct has no field for")
        }
        Some(next) if named != next - 1 => {
            Err("a statement's struct has a field that its file does not use")
        }
        Some(_) => Ok(()),
    }
}

const fn starts_word(it: u8) -> bool {
    it.is_ascii_alphabetic() || it == b'_' || it >= 0x80
}

/// How many letters, digits and, in a name, dollars it begins with.
const fn word_length(text: &[u8], dollars: bool) -> usize {
    let mut n = 0;
    while n < text.len()
        && (starts_word(text[n]) || text[n].is_ascii_digit() || dollars && text[n] == b'$')
    {
        n += 1;
    }
    n
}

const fn is_one_of(word: &[u8], words: &[&[u8]]) -> bool {
    let mut n = 0;
    while n < words.len() {
        if word.eq_ignore_ascii_case(words[n]) {
            return true;
        }
        n += 1;
    }
    false
}

const fn after_line(mut text: &[u8]) -> &[u8] {
    while let [it, rest @ ..] = text
        && !matches!(it, b'\n' | b'\r')
    {
        text = rest;
    }
    text
}

/// Comments of this kind stand inside each other.
const fn after_comment(mut text: &[u8]) -> Option<&[u8]> {
    let mut depth = 1_usize;
    while depth > 0 {
        match text {
            [b'/', b'*', rest @ ..] => (depth, text) = (depth + 1, rest),
            [b'*', b'/', rest @ ..] => (depth, text) = (depth - 1, rest),
            [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
    Some(text)
}

/// A text or a quoted name: the quote twice is a quote, and a backslash is a character.
const fn after_quotes(mut text: &[u8], quote: u8) -> Option<&[u8]> {
    loop {
        match text {
            [one, two, rest @ ..] if *one == quote && *two == quote => text = rest,
            [one, rest @ ..] if *one == quote => return Some(rest),
            [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
}

/// `E'...'`: a backslash hides the next character, and on a line below the text may go on in the same way.
const fn after_escapes(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        match text {
            [b'\\', _, rest @ ..] | [b'\'', b'\'', rest @ ..] => text = rest,
            [b'\'', rest @ ..] => match goes_on(rest) {
                Some(more) => text = more,
                None => return Some(rest),
            },
            [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
}

/// Where a text goes on that was closed: after white space with a new line in it comes another quote.
const fn goes_on(mut text: &[u8]) -> Option<&[u8]> {
    let mut new_line = false;
    loop {
        match text {
            [b'\'', rest @ ..] if new_line => return Some(rest),
            [b'-', b'-', ..] => text = after_line(text),
            [it @ (b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c), rest @ ..] => {
                new_line |= matches!(it, b'\n' | b'\r');
                text = rest;
            }
            _ => return None,
        }
    }
}

/// The bit of a parameter after its dollar: the last one for any that no struct can have.
const fn parameter(mut text: &[u8]) -> (u128, &[u8]) {
    let mut number = 0_usize;
    while let [it @ b'0'..=b'9', rest @ ..] = text {
        number = number.saturating_mul(10).saturating_add((*it - b'0') as usize);
        text = rest;
    }
    let bit = if 0 < number && number < 128 { number - 1 } else { 127 };
    (1 << bit, text)
}

/// `$$...$$`, `$tag$...$tag$`, or a dollar that means nothing.
const fn after_dollars(text: &[u8]) -> Option<&[u8]> {
    let rest = text.split_at(1).1;
    let length = word_length(rest, false);
    if length == rest.len() || rest[length] != b'$' {
        return Some(rest);
    }
    let (tag, mut rest) = text.split_at(length + 2);
    while rest.len() >= tag.len() {
        let (here, after) = rest.split_at(tag.len());
        if same(here, tag) {
            return Some(after);
        }
        rest = rest.split_at(1).1;
    }
    None
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut n = 0;
    while n < one.len() && one[n] == other[n] {
        n += 1;
    }
    n == one.len()
}

#[cfg(test)]
mod tests {
    use super::look;

    /// What is wrong with a text whose struct has so many fields; nothing when it fits.
    fn wrong(sql: &str, fields: usize) -> String {
        look(sql, fields).err().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_parameter_has_a_field_and_every_field_is_used() {
        for (sql, fields) in [
            ("select 1", 0),
            ("select $1", 1),
            ("select $2, $1, $2", 2),
            ("select $1+$2-$3", 3),
            ("select a[$1:$2]", 2),
            ("-- A row.\nselect $1::text;\n-- end", 1),
        ] {
            assert_eq!(wrong(sql, fields), "", "{sql}");
            assert!(wrong(sql, fields + 1).contains("a field that its file does not use"), "{sql}");
            if let Some(fewer) = fields.checked_sub(1) {
                assert!(wrong(sql, fewer).contains("has no field for"), "{sql}");
            }
        }
        for (sql, fields) in [("select $2", 2), ("select $1, $3", 3), ("select 1", 1)] {
            assert!(wrong(sql, fields).contains("does not use"), "a gap: {sql}");
        }
        for sql in ["select $0", "select $128", "select $129", "select $99999999999999999999999"] {
            assert!(wrong(sql, 127).contains("has no field for"), "{sql}");
        }
    }

    #[test]
    fn a_parameter_in_a_comment_a_text_or_a_name_is_none() {
        for sql in [
            "select 1 -- $1",
            "select 1 /* $1 /* $2 */ $3 */",
            "select '$1'",
            "select 'it''s $1'",
            "select 'back\\' , '$1'",
            "select E'it\\'s $1', e'\\\\', E'$1'",
            "select E'a'\n  -- more\n 'b\\' $1'",
            "select U&'d\\0061t $1', b'0', N'$1'",
            "select 1 as \"$1\", 2 as \"a \"\" $2\"",
            "select $$ $1 ' $$, $tag$ $1 $$ $other$ $tag$",
            "select a$1 from b$2c",
            "select é$1",
            "select 1 $a",
        ] {
            assert_eq!(wrong(sql, 0), "", "{sql}");
        }
    }

    #[test]
    fn a_parameter_behind_one_of_them_is_one() {
        for sql in [
            "select 1 -- it's\n, $1",
            "select 1 -- it's\r, $1",
            "select 1 /* ' /* \" */ -- */ , $1",
            "select 'back\\', $1 -- '",
            "select E'\\\\', $1",
            "select E'a' 'b\\', $1 -- '",
            "select name'x\\', $1 -- '",
            "select \"E'\", $1",
            "select $a$ $b$ $a$, $1",
            "select $$ $a$ $$||$1",
            "select 1--$2\n+$1",
            "select 1/$1",
            "select 1$1",
        ] {
            assert_eq!(wrong(sql, 1), "", "{sql}");
        }
    }

    #[test]
    fn a_file_is_one_statement_that_closes_what_it_opens() {
        for (sql, what) in [
            ("", "is empty"),
            (" -- nothing\n", "is empty"),
            ("select 1; select 2", "more than one statement"),
            ("select 1;; /* c */ x", "more than one statement"),
            ("select 1) q, (select 2", "did not open"),
            ("select (1", "leaves a parenthesis open"),
            ("select ')' || (1", "leaves a parenthesis open"),
            ("select 'a", "ends inside"),
            ("select E'a\\'", "ends inside"),
            ("select \"a", "ends inside"),
            ("select 1 /* /* */", "ends inside"),
            ("select $a$ $b$", "ends inside"),
        ] {
            assert!(wrong(sql, 0).contains(what), "{sql}: {}", wrong(sql, 0));
        }
        assert_eq!(wrong("select (')'), \"(\" /* ( */ -- (\n;", 0), "");
    }

    #[test]
    fn what_reads_begins_like_a_select_and_has_no_word_that_writes() {
        let reads = |sql| look(sql, 0).expect("is a statement");
        for sql in [
            "-- A.\nselect 1",
            "WITH a as (select 1) select 2",
            "values (1)",
            "select 'insert', \"update\"",
        ] {
            assert!(reads(sql), "{sql}");
        }
        for sql in [
            "insert into a values (1)",
            "with a as (delete from b returning c) select c from a",
            "with a as (Merge into b using c on d when matched then do nothing) select 1",
            "select 1 from a for UPDATE",
            "select 1 into temp b",
            "begin",
            "(select 1)",
            "do $$ select 1 $$",
            "table a",
        ] {
            assert!(!reads(sql), "{sql}");
        }
    }
}
