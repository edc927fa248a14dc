//! Connection strings as data: read in either of libpq's two forms, written as `key=value` pairs.
//!
//! Outside rule: PostgreSQL manual, "Connection Strings" (libpq), both sections.

use std::fmt;

use crate::lab::Error;

/// How to reach a server. Its `Debug` form hides the password; its `Display` form is for clients and holds it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Conninfo {
    parts: Vec<(String, String)>,
}

impl Conninfo {
    /// Reads `postgres://user:password@host:port/database?key=value` or `host=... port=...`.
    ///
    /// # Errors
    /// [`Error::Conninfo`] when it is neither.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
            Some(rest) => from_url(rest),
            None => from_pairs(text),
        }
    }

    /// The same server with one thing changed, or added.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.parts.retain(|(known, _)| known != key);
        self.parts.push((key.to_owned(), value.into()));
        self
    }

    /// One value, if it is there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// `key='value'` pairs with `\'` and `\\`: what libpq and tokio-postgres both read.
impl fmt::Display for Conninfo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (key, value)) in self.parts.iter().enumerate() {
            let space = if place == 0 { "" } else { " " };
            let plain = !value.is_empty()
                && !value.contains(|c: char| c.is_whitespace() || c == '\'' || c == '\\');
            if plain {
                write!(out, "{space}{key}={value}")?;
            } else {
                write!(out, "{space}{key}='{}'", value.replace('\\', r"\\").replace('\'', r"\'"))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Conninfo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = if self.get("password").is_some() {
            self.clone().with("password", "hidden")
        } else {
            self.clone()
        };
        write!(out, "Conninfo({hidden})")
    }
}

/// What follows `postgres://`. Each part but the port is percent-decoded.
fn from_url(rest: &str) -> Result<Conninfo, Error> {
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => address.rsplit_once(':').unwrap_or((address, "")),
    };
    let named = [
        ("host", host),
        ("port", port),
        ("user", user),
        ("password", password),
        ("dbname", database),
    ];
    let mut conninfo = Conninfo::default();
    for (key, value) in named.into_iter().filter(|(_, value)| !value.is_empty()) {
        conninfo = conninfo.with(key, decoded(value)?);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) =
            pair.split_once('=').ok_or(Error::Conninfo("a parameter without `=`"))?;
        conninfo = conninfo.with(&decoded(key)?, decoded(value)?);
    }
    Ok(conninfo)
}

/// `%41` is `A`.
fn decoded(text: &str) -> Result<String, Error> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend(pieces.next().unwrap_or_default().bytes());
    for piece in pieces {
        let digits = piece.get(..2).ok_or(Error::Conninfo("a `%` without two digits"))?;
        hex::decode(digits)
            .map_err(|_| Error::Conninfo("a `%` without two digits"))
            .map(|byte| bytes.extend(byte))?;
        bytes.extend(piece.bytes().skip(2));
    }
    String::from_utf8(bytes).map_err(|_| Error::Conninfo("not UTF-8 after percent-decoding"))
}

/// `key = 'value'` pairs.
fn from_pairs(text: &str) -> Result<Conninfo, Error> {
    let mut conninfo = Conninfo::default();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or(Error::Conninfo("a key without `=`"))?;
        let (value, after) = one_value(after.trim_start())?;
        conninfo = conninfo.with(key.trim(), value);
        rest = after.trim_start();
    }
    if conninfo.parts.is_empty() { Err(Error::Conninfo("it is empty")) } else { Ok(conninfo) }
}

/// One value, quoted or not, and what follows it.
fn one_value(text: &str) -> Result<(String, &str), Error> {
    let (quoted, body) = match text.strip_prefix('\'') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.push(chars.next().ok_or(Error::Conninfo("it ends in a backslash"))?.1),
            '\'' if quoted => return Ok((value, &body[at + 1..])),
            space if !quoted && space.is_whitespace() => return Ok((value, &body[at..])),
            other => value.push(other),
        }
    }
    if quoted { Err(Error::Conninfo("a quote is not closed")) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> String {
        Conninfo::parse(text).expect("readable").to_string()
    }

    #[test]
    fn both_forms_say_the_same() {
        let pairs = "host=db.example port=5433 user=post%gres password='p\\' w' dbname=shikiri sslmode=require";
        assert_eq!(
            rewritten("postgres://post%25gres:p%27%20w@db.example:5433/shikiri?sslmode=require"),
            pairs
        );
        assert_eq!(rewritten(pairs), pairs);
    }

    #[test]
    fn sockets_and_addresses_of_six_are_hosts() {
        assert_eq!(rewritten("postgresql://%2Frun%2Fpg/x"), "host=/run/pg dbname=x");
        assert_eq!(rewritten("postgres://u@[::1]:5432/x"), "host=::1 port=5432 user=u dbname=x");
        assert_eq!(rewritten("postgres:///x?host=/run/a b"), "dbname=x host='/run/a b'");
    }

    #[test]
    fn the_later_word_wins_and_debug_hides_the_password() {
        let conninfo = Conninfo::parse("user=a user = b password=secret")
            .expect("readable")
            .with("dbname", "it's");
        assert_eq!(conninfo.to_string(), r"user=b password=secret dbname='it\'s'");
        assert!(!format!("{conninfo:?}").contains("secret"));
    }

    #[test]
    fn what_is_neither_form_is_refused() {
        for text in [
            "",
            "localhost",
            "host='open",
            "postgres://%4/x",
            "postgres://%zz/x",
            "postgres://h/x?a",
            "a=\\",
        ] {
            assert!(matches!(Conninfo::parse(text), Err(Error::Conninfo(_))), "{text}");
        }
    }
}
