//! SQL as words: no comments, no texts, and where each word stands.

/// A word, number or operator of a SQL file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// From 1.
    pub line: usize,
    /// As written. A text is `''`, a quoted name `""`; `a.b` and `a.` are one word.
    pub text: String,
}

impl Word {
    /// True for a word, false for an operator, a text or punctuation.
    pub fn is_name(&self) -> bool {
        self.text.starts_with(|it: char| it.is_alphabetic() || it == '_')
    }
}

/// The words of a SQL text. The bodies of functions (`$$ … $$`) count as SQL, as they are.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest, first);
        let token = &rest[..length];
        match first {
            _ if first.is_whitespace() || token.starts_with("--") || token.starts_with("/*") => (),
            '\'' => words.push(Word { line, text: "''".to_owned() }),
            '"' => words.push(Word { line, text: "\"\"".to_owned() }),
            _ if is_dollar_quote(token) => (),
            _ => words.push(Word { line, text: token.to_owned() }),
        }
        line += token.matches('\n').count();
        rest = &rest[length..];
    }
    words
}

/// True where the words read like this, whatever their case.
pub fn reads(words: &[Word], like: &[&str]) -> bool {
    like.len() <= words.len()
        && like.iter().zip(words).all(|(it, word)| word.text.eq_ignore_ascii_case(it))
}

fn token_length(rest: &str, first: char) -> usize {
    let until = |end: &str, from: usize| {
        rest[from..].find(end).map_or(rest.len(), |it| from + it + end.len())
    };
    let word = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    let operator = |it: char| "+-*/<>=~!@#%^&|?".contains(it);
    match first {
        _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
        _ if rest.starts_with("/*") => until("*/", 2),
        '\'' => until("'", 1),
        '"' => until("\"", 1),
        '$' => dollar_length(rest),
        _ if word(first) => rest.find(|it| !word(it)).unwrap_or(rest.len()),
        // `a -- comment` must not become one long operator.
        _ if operator(first) => {
            let end = rest.find(|it| !operator(it)).unwrap_or(rest.len());
            rest[..end].find("--").or(rest[..end].find("/*")).unwrap_or(end).max(1)
        }
        _ => first.len_utf8(),
    }
}

/// `$1` is a parameter, `$$` and `$body$` open or close a text.
fn dollar_length(rest: &str) -> usize {
    let tag = rest[1..]
        .find(|it: char| !it.is_alphanumeric() && it != '_')
        .map_or(rest.len(), |it| it + 1);
    if rest[tag..].starts_with('$') { tag + 1 } else { tag }
}

fn is_dollar_quote(token: &str) -> bool {
    token.starts_with('$') && token.ends_with('$') && 1 < token.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<String> {
        words(sql).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn comments_and_texts_are_not_words() {
        assert_eq!(texts("a -- b\n/* c\n*/ 'd -- e' \"F\" g"), ["a", "''", "\"\"", "g"]);
    }

    #[test]
    fn a_doubled_quote_stays_inside_its_text() {
        // Two texts side by side: what is between the quotes is never read as a word.
        assert_eq!(texts("'it''s SELECT' x"), ["''", "''", "x"]);
    }

    #[test]
    fn operators_parameters_and_bodies() {
        assert_eq!(
            texts("s.tenant_id>=$1 as $$ select 1 $body$"),
            ["s.tenant_id", ">=", "$1", "as", "select", "1"]
        );
        assert_eq!(texts("s.* = 1--x"), ["s.", "*", "=", "1"]);
    }

    #[test]
    fn lines_are_counted_through_texts() {
        assert_eq!(words("'a\nb'\n c").last().map(|it| it.line), Some(3));
    }
}
