//! `Idempotency-Key`: a retry makes nothing a second time.
//!
//! The record is written in the transaction of what it records, so there is no key without its effect and
//! no effect without its key.

use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{Response, set},
        call::Call,
        problem::{
            IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_REUSED, Problem,
        },
    },
    statements::idempotency::{ExpireKeys, FindKey, PutKey},
    wall::{self, SealedTx},
};

/// Characters of a key at most.
const KEY_MAX: usize = 64;

/// A client's own name for a request, and what the request says.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub route: String,
    pub key: String,
    pub body_digest: [u8; 32],
}

impl Key {
    /// The key of a request with this body.
    ///
    /// # Errors
    /// When there is not exactly one, of 1 to 64 visible ASCII characters.
    pub fn of(call: &Call, body: &[u8]) -> Result<Key, Problem> {
        let key = read(&call.headers).ok_or_else(|| Problem::new(&IDEMPOTENCY_KEY_REQUIRED))?;
        let route = call.route();
        Ok(Key {
            route: format!("{} {}", route.method, route.path),
            key: key.to_owned(),
            body_digest: digest(route.method, &call.entry.path, body),
        })
    }

    /// Refuses a request without a key before its body is read.
    ///
    /// # Errors
    /// As [`Key::of`].
    pub fn needed(call: &Call) -> Result<(), Problem> {
        let key = read(&call.headers).ok_or_else(|| Problem::new(&IDEMPOTENCY_KEY_REQUIRED));
        key.map(drop)
    }

    /// What an earlier request with this key made.
    ///
    /// # Errors
    /// When that request said something else.
    pub async fn find(
        &self,
        tx: &mut SealedTx,
        session: &VerifiedSession,
    ) -> Result<Option<Vec<String>>, Problem> {
        tx.fetch(&ExpireKeys {}).await?;
        let find = FindKey {
            user_id: session.user_id().0,
            route: self.route.clone(),
            idempotency_key: self.key.clone(),
        };
        match tx.fetch(&find).await?.pop() {
            None => Ok(None),
            Some(before) if before.body_digest == self.body_digest => Ok(Some(before.result_ids)),
            Some(_) => Err(Problem::new(&IDEMPOTENCY_KEY_REUSED)),
        }
    }

    /// Remembers what this request makes, in its transaction.
    ///
    /// # Errors
    /// When the same request is being served beside this one.
    pub async fn put(
        &self,
        tx: &mut SealedTx,
        session: &VerifiedSession,
        result_ids: Vec<String>,
    ) -> Result<(), Problem> {
        let put = PutKey {
            user_id: session.user_id().0,
            route: self.route.clone(),
            idempotency_key: self.key.clone(),
            body_digest: self.body_digest.to_vec(),
            result_ids,
        };
        match tx.fetch(&put).await {
            Ok(_) => Ok(()),
            Err(wall::Error::Taken { .. }) => Err(Problem::new(&IDEMPOTENCY_IN_PROGRESS)),
            Err(err) => Err(err.into()),
        }
    }
}

/// Marks an answer as that of an earlier request.
pub(super) fn replayed(mut response: Response) -> Response {
    set(&mut response, http::HeaderName::from_static("idempotency-replayed"), "true");
    response
}

fn read(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("idempotency-key").iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = value.to_str().ok()?;
    let fits = (1..=KEY_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then_some(text)
}

/// SHA-256 over method, path and body, each with its length in front.
fn digest(method: &str, path: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), path.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{digest, read};

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value).expect("a header value");
            headers.append("idempotency-key", value);
        }
        headers
    }

    #[test]
    fn a_key_is_one_to_sixty_four_visible_characters_and_there_is_one() {
        assert_eq!(read(&headers(&[b"a"])), Some("a"));
        assert!(read(&headers(&[&[b'~'; 64]])).is_some());
        for bad in [&[][..], &[b"".as_slice()], &[&[b'x'; 65]], &[b"a b"], &["é".as_bytes()]] {
            assert_eq!(read(&headers(bad)), None, "{bad:?}");
        }
        assert_eq!(read(&headers(&[b"a", b"a"])), None);
    }

    #[test]
    fn a_digest_tells_method_path_and_body_apart() {
        let first = digest("POST", "/v1/slips", b"{}");
        assert_eq!(first, digest("POST", "/v1/slips", b"{}"));
        for other in [
            digest("POST", "/v1/slips", b"{ }"),
            digest("POST", "/v1/slip", b"s{}"),
            digest("PUT", "/v1/slips", b"{}"),
        ] {
            assert_ne!(first, other);
        }
    }
}
