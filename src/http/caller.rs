//! Who calls: a bearer token becomes a verified session, or a refusal.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::auth::{Error, KeyRing, VerifiedSession};

/// Tokens that are remembered at most.
const TOKENS_MAX: usize = 10_000;

/// Seconds for which a verified token is believed without checking its signature again.
const REMEMBERED_S: i64 = 30;

/// Tokens that were verified a moment ago, by their SHA-256.
///
/// It saves the signature, not the session: whether that lives is asked of the database every time.
#[derive(Default)]
pub(super) struct Callers {
    known: Mutex<HashMap<[u8; 32], (VerifiedSession, i64)>>,
}

impl Callers {
    /// The session behind the request's bearer token.
    pub fn verify(
        &self,
        keys: &KeyRing,
        headers: &HeaderMap,
        now: OffsetDateTime,
    ) -> Result<VerifiedSession, Error> {
        let token = bearer(headers)?;
        let digest: [u8; 32] = Sha256::digest(token).into();
        let now = now.unix_timestamp();
        let known = |map: &HashMap<[u8; 32], (VerifiedSession, i64)>| {
            map.get(&digest).filter(|(_, until)| now < *until).map(|(it, _)| it.clone())
        };
        if let Some(session) = known(&self.lock()) {
            return Ok(session);
        }
        let session = keys.verify(token)?;
        let until = session.expires_at().min(now + REMEMBERED_S);
        let mut map = self.lock();
        if TOKENS_MAX <= map.len() {
            map.retain(|_, (_, until)| now < *until);
        }
        // Full of living ones: this token is verified again next time, which costs microseconds.
        if map.len() < TOKENS_MAX {
            map.insert(digest, (session.clone(), until));
        }
        Ok(session)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], (VerifiedSession, i64)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The token of the one `Authorization: Bearer` header. Two of them are none.
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Error::Missing) };
    let text = value.to_str().map_err(|_| Error::Rejected)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Error::Missing),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
    use time::{Duration, OffsetDateTime};
    use uuid::Uuid;

    use super::{Callers, bearer};
    use crate::{
        auth::{Envelope, Error, KeyRing, TOKEN_SECONDS, generate_key},
        domain::{Role, TenantId, UserId},
    };

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("ascii"));
        }
        headers
    }

    #[test]
    fn one_bearer_token_is_taken_and_anything_else_is_none() {
        assert_eq!(bearer(&headers(&["bearer abc"])), Ok("abc"));
        for values in [&[][..], &["Basic abc"], &["abc"], &["Bearer a", "Bearer b"]] {
            assert_eq!(bearer(&headers(values)), Err(Error::Missing), "{values:?}");
        }
    }

    #[test]
    fn a_remembered_token_is_forgotten_when_it_ends() {
        let keys = KeyRing::new(&[generate_key().expect("a key")]).expect("a ring");
        let now = OffsetDateTime::now_utc();
        let envelope = Envelope {
            secret: &"a".repeat(64),
            session_id: Uuid::nil(),
            user_id: UserId(Uuid::nil()),
            tenant_id: TenantId(7),
            role: Role::Clerk,
        };
        let token = keys.sign(&envelope, now.unix_timestamp() - TOKEN_SECONDS + 2).expect("signs");
        let headers = headers(&[&format!("Bearer {token}")]);
        let callers = Callers::default();
        assert!(callers.verify(&keys, &headers, now).is_ok());
        assert_eq!(callers.lock().len(), 1);
        // With other keys only the memory can say yes: it does for two seconds, and not after.
        let others = KeyRing::new(&[generate_key().expect("a key")]).expect("a ring");
        assert!(callers.verify(&others, &headers, now + Duration::SECOND).is_ok());
        let later = now + Duration::seconds(3);
        assert_eq!(callers.verify(&others, &headers, later).err(), Some(Error::Rejected));
    }
}
