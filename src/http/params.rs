//! Query parameters: a closed set. An unknown one is never a wider answer.

use std::collections::BTreeMap;

use crate::http::{
    names,
    problem::{
        BAD_PARAMETER, Fault, Problem, REPEATED_PARAMETER, TENANT_NOT_SELECTABLE, UNKNOWN_PARAMETER,
    },
};

/// The parameters of a request, each at most once.
#[derive(Debug, Default)]
pub(super) struct Params {
    values: BTreeMap<&'static str, String>,
}

impl Params {
    /// Reads a query string.
    ///
    /// # Errors
    /// When a parameter is unknown, there twice, not percent-encoded UTF-8, or would choose a tenant.
    pub fn read(
        query: &str,
        known: impl Iterator<Item = &'static str> + Clone,
    ) -> Result<Params, Problem> {
        let mut values = BTreeMap::new();
        for pair in query.split('&').filter(|it| !it.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).ok_or_else(|| Problem::new(&BAD_PARAMETER))?;
            if names::names_a_tenant(&name) {
                return Err(Problem::new(&TENANT_NOT_SELECTABLE));
            }
            let Some(name) = known.clone().find(|it| *it == name) else {
                let mut problem = Problem::new(&UNKNOWN_PARAMETER);
                // The name that was sent is not repeated: it may be a value in the wrong place.
                if let Some(meant) = names::nearest(&name, known.clone()) {
                    problem = problem.with("did_you_mean", meant);
                }
                return Err(problem);
            };
            let value = decode(value).ok_or_else(|| {
                Problem::new(&BAD_PARAMETER)
                    .at([Fault::name(name, "must be percent-encoded UTF-8")])
            })?;
            if values.insert(name, value).is_some() {
                return Err(Problem::new(&REPEATED_PARAMETER).with("parameter", name));
            }
        }
        Ok(Params { values })
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Those whose names are in a list.
    pub fn among<'a>(
        &'a self,
        names: &'a [&str],
    ) -> impl Iterator<Item = (&'static str, &'a str)> + 'a {
        self.values
            .iter()
            .filter(|(name, _)| names.contains(name))
            .map(|(name, value)| (*name, value.as_str()))
    }
}

/// Decodes `application/x-www-form-urlencoded`. None when a `%` is not followed by two digits, or the bytes
/// are no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |it: Option<u8>| char::from(it?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{Params, decode};

    const KNOWN: &[&str] = &["limit", "cursor", "due_from"];

    fn slug(query: &str) -> Option<&'static str> {
        Params::read(query, KNOWN.iter().copied()).err().map(|it| it.slug())
    }

    #[test]
    fn known_parameters_are_read() {
        let params = Params::read("limit=20&due_from=2026%2D01-01&", KNOWN.iter().copied());
        let params = params.expect("reads");
        assert_eq!((params.get("limit"), params.get("cursor")), (Some("20"), None));
        assert_eq!(params.among(&["due_from"]).collect::<Vec<_>>(), [("due_from", "2026-01-01")]);
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(slug("limits=20"), Some("unknown-parameter"));
        assert_eq!(slug("Limit=20"), Some("unknown-parameter"));
        assert_eq!(slug("limit=1&limit=1"), Some("repeated-parameter"));
        assert_eq!(slug("limit=1&%6cimit=1"), Some("repeated-parameter"));
        assert_eq!(slug("tenant_id=2"), Some("tenant-not-selectable"));
        assert_eq!(slug("t%65nant=2"), Some("tenant-not-selectable"));
        assert_eq!(slug("limit=%zz"), Some("bad-parameter"));
        assert_eq!(slug("limit=%ff"), Some("bad-parameter"));
        assert_eq!(slug("%=1"), Some("bad-parameter"));
    }

    #[test]
    fn plus_is_a_space_and_a_broken_escape_is_nothing() {
        assert_eq!(decode("a+%E7%94%B2%2B"), Some("a 甲+".to_owned()));
        assert_eq!(decode("%4"), None);
    }
}
