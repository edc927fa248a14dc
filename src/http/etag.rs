//! `ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1): a change says what it thinks it changes.

use http::{HeaderMap, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::{
    answer::{Response, set},
    problem::{ETAG_MISMATCH, ETAG_REQUIRED, INTERNAL, Problem},
};

/// Bytes of the digest that stand in a tag: enough that no two states of one thing share one.
const TAG_BYTES: usize = 16;

/// The tag of a thing as the API shows it.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn of(shown: &impl Serialize) -> Result<String, Problem> {
    let bytes = serde_json::to_vec(shown).map_err(|err| Problem::new(&INTERNAL).because(err))?;
    Ok(format!("\"{}\"", hex::encode(&Sha256::digest(&bytes)[..TAG_BYTES])))
}

/// Puts the tag of what an answer shows on it.
///
/// # Errors
/// As [`of`].
pub(super) fn put(response: &mut Response, shown: &impl Serialize) -> Result<(), Problem> {
    set(response, header::ETAG, &of(shown)?);
    Ok(())
}

/// What a request says about the state it saw.
pub(super) struct IfMatch(String);

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// When there is none, or it is not text.
    pub fn of(headers: &HeaderMap) -> Result<IfMatch, Problem> {
        let values = headers.get_all(header::IF_MATCH).iter().map(|it| it.to_str());
        let text = values.collect::<Result<Vec<_>, _>>().unwrap_or_default().join(",");
        if text.trim().is_empty() { Err(Problem::new(&ETAG_REQUIRED)) } else { Ok(IfMatch(text)) }
    }

    /// Compares with the tag of the present state. A weak tag never matches; `*` matches whatever is there.
    ///
    /// # Errors
    /// When none of the tags is this one.
    pub fn check(&self, tag: &str) -> Result<(), Problem> {
        let matches = self.0.split(',').map(str::trim).any(|it| it == "*" || it == tag);
        if matches { Ok(()) } else { Err(Problem::new(&ETAG_MISMATCH)) }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{IfMatch, of};

    #[test]
    fn a_tag_follows_what_is_shown() {
        assert_eq!(of(&"a").expect("writes"), of(&"a").expect("writes"));
        assert_ne!(of(&"a").expect("writes"), of(&"b").expect("writes"));
        assert_eq!(of(&1).expect("writes").len(), 34);
    }

    #[test]
    fn one_of_several_is_enough_and_a_weak_one_is_none() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, HeaderValue::from_static(value));
            }
            IfMatch::of(&headers)
        };
        assert_eq!(read(&[]).err().map(|it| it.slug()), Some("etag-required"));
        assert_eq!(read(&[" "]).err().map(|it| it.slug()), Some("etag-required"));
        for good in [&["\"a\""][..], &["\"b\", \"a\""], &["\"b\"", "\"a\""], &["*"]] {
            assert!(read(good).expect("reads").check("\"a\"").is_ok(), "{good:?}");
        }
        for bad in [&["\"b\""][..], &["W/\"a\""], &["a"]] {
            let slug = read(bad).expect("reads").check("\"a\"").err().map(|it| it.slug());
            assert_eq!(slug, Some("etag-mismatch"), "{bad:?}");
        }
    }
}
