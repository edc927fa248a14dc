//! The token: an envelope around a session's secret. The session row in the database is the authority.

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    auth::{Error, KeyRing},
    domain::{Role, TenantId, UserId},
};

/// How long a token lives, in seconds. It is renewed while its session lives.
pub const TOKEN_SECONDS: i64 = 300;

/// Clock skew that is forgiven, in seconds.
const LEEWAY_SECONDS: u64 = 5;
const ISSUER: &str = "shikiri";
const AUDIENCE: &str = "shikiri-api";
const TYPE: &str = "shikiri-session+jwt";

/// What a token says. `tid` is a witness, never a selector: the tenant that the database enters must be
/// the same.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    tid: i32,
    sid: Uuid,
    /// The session's secret, which the database knows by its hash.
    key: String,
    role: String,
    iat: i64,
    exp: i64,
}

/// What is put into a token.
pub struct Envelope<'a> {
    /// The session's secret.
    pub secret: &'a str,
    /// The session's public id.
    pub session_id: Uuid,
    /// Whose session it is.
    pub user_id: UserId,
    /// The tenant, as a witness.
    pub tenant_id: TenantId,
    /// For display only; the database asks its own rows what a user may do.
    pub role: Role,
}

/// A session whose token we signed. Only [`KeyRing::verify`] makes one.
///
/// ```compile_fail
/// let session = shikiri::auth::VerifiedSession { secret: String::new() };
/// ```
#[derive(Clone)]
pub struct VerifiedSession {
    secret: String,
    session_id: Uuid,
    user_id: UserId,
    tenant_id: TenantId,
    role: Role,
    expires_at: i64,
}

impl VerifiedSession {
    /// The secret that opens the door.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// The session's public id.
    pub fn session_id(&self) -> Uuid {
        self.session_id
    }

    /// Whose session it is.
    pub fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The tenant that was signed at login.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// The role that was signed at login, for display.
    pub fn role(&self) -> Role {
        self.role
    }

    /// When its token ends, in Unix seconds.
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

impl std::fmt::Debug for VerifiedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedSession")
            .field("session_id", &self.session_id)
            .field("tenant_id", &self.tenant_id)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Signs a token that is good from `now` (Unix seconds) for [`TOKEN_SECONDS`].
    ///
    /// # Errors
    /// When the signature cannot be made.
    pub fn sign(&self, envelope: &Envelope<'_>, now: i64) -> Result<String, Error> {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(self.current.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: envelope.user_id.0,
            tid: envelope.tenant_id.0,
            sid: envelope.session_id,
            key: envelope.secret.to_owned(),
            role: envelope.role.as_str().to_owned(),
            iat: now,
            exp: now + TOKEN_SECONDS,
        };
        encode(&header, &claims, &self.signing).map_err(|_| Error::BadKey)
    }

    /// Verifies a token; its signature once, and how long it lives each time.
    ///
    /// # Errors
    /// When it is not ours, or over.
    pub fn verify(&self, token: &str) -> Result<VerifiedSession, Error> {
        let Some(session) = self.kept.get(token) else {
            let session = self.verify_anew(token)?;
            self.kept.put(token, &session);
            return Ok(session);
        };
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        if session.expires_at < now - LEEWAY_SECONDS.cast_signed() {
            return Err(Error::Expired);
        }
        Ok(session)
    }

    /// Verifies a token.
    ///
    /// The algorithm comes from our ring, never from the token. What the library would let pass by
    /// default is refused: a missing issuer or audience, an unknown `crit`, another `typ`.
    fn verify_anew(&self, token: &str) -> Result<VerifiedSession, Error> {
        if 2048 < token.len() {
            return Err(Error::Rejected);
        }
        let header = decode_header(token).map_err(|_| Error::Rejected)?;
        if header.crit.is_some() || header.typ.as_deref() != Some(TYPE) {
            return Err(Error::Rejected);
        }
        let key = header.kid.as_deref().and_then(|kid| self.verifying.get(kid));
        let key = key.ok_or(Error::Rejected)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.leeway = LEEWAY_SECONDS;
        rules.validate_nbf = true;
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, key, &rules).map_err(|err| match err.kind() {
            jsonwebtoken::errors::ErrorKind::ExpiredSignature => Error::Expired,
            _ => Error::Rejected,
        })?;
        let claims = claims.claims;
        Ok(VerifiedSession {
            secret: claims.key,
            session_id: claims.sid,
            user_id: UserId(claims.sub),
            tenant_id: TenantId(claims.tid),
            role: Role::parse(&claims.role).map_err(|_| Error::Rejected)?,
            expires_at: claims.exp,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use uuid::Uuid;

    use super::{Envelope, TOKEN_SECONDS};
    use crate::{
        auth::{Error, KeyRing, generate_key},
        domain::{Role, TenantId, UserId},
    };

    fn ring(keys: usize) -> KeyRing {
        let pems: Vec<String> = (0..keys).map(|_| generate_key().expect("a key")).collect();
        KeyRing::new(&pems).expect("a ring")
    }

    fn token(ring: &KeyRing, now: i64) -> String {
        let envelope = Envelope {
            secret: &"a".repeat(64),
            session_id: Uuid::nil(),
            user_id: UserId(Uuid::nil()),
            tenant_id: TenantId(7),
            role: Role::Clerk,
        };
        ring.sign(&envelope, now).expect("a token")
    }

    fn now() -> i64 {
        time::OffsetDateTime::now_utc().unix_timestamp()
    }

    #[test]
    fn what_was_signed_comes_back() {
        let ring = ring(1);
        let session = ring.verify(&token(&ring, now())).expect("ours");
        assert_eq!(session.tenant_id(), TenantId(7));
        assert_eq!(session.secret(), "a".repeat(64));
    }

    #[test]
    fn a_key_before_the_current_one_is_still_believed_and_a_dropped_one_is_not() {
        let (old, new) = (generate_key().expect("a key"), generate_key().expect("a key"));
        let before = KeyRing::new(std::slice::from_ref(&old)).expect("a ring");
        let token = token(&before, now());
        let both = KeyRing::new(&[new.clone(), old]).expect("a ring");
        assert!(both.verify(&token).is_ok());
        let after = KeyRing::new(&[new]).expect("a ring");
        assert_eq!(after.verify(&token).err(), Some(Error::Rejected));
    }

    #[test]
    fn an_old_token_is_expired() {
        let ring = ring(1);
        let token = token(&ring, now() - TOKEN_SECONDS - 60);
        assert_eq!(ring.verify(&token).err(), Some(Error::Expired));
    }

    #[test]
    fn a_kept_signature_makes_no_token_live_longer_and_no_other_token_good() {
        let ring = ring(1);
        // It ends within the leeway: good now, and not in a moment.
        let old = now() - TOKEN_SECONDS - super::LEEWAY_SECONDS.cast_signed() + 1;
        let token = token(&ring, old);
        assert!(ring.verify(&token).is_ok() && ring.kept.len() == 1);
        let mut forged = token.clone();
        let last = if token.ends_with('A') { "Q" } else { "A" };
        forged.replace_range(token.len() - 1.., last);
        assert_eq!(ring.verify(&forged).err(), Some(Error::Rejected));
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        assert_eq!(ring.verify(&token).err(), Some(Error::Expired));
        assert_eq!(ring.kept.len(), 1, "what was refused is not kept");
    }

    #[test]
    fn a_token_with_another_header_or_claim_is_rejected() {
        let ring = ring(1);
        let good = token(&ring, now());
        let parts: Vec<&str> = good.split('.').collect();
        let with_header =
            |json: String| format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(json), parts[1], parts[2]);
        let kid = &ring.current;
        for header in [
            format!(r#"{{"alg":"none","typ":"shikiri-session+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"HS256","typ":"shikiri-session+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"EdDSA","typ":"shikiri-session+jwt","kid":"{kid}","crit":["x"]}}"#),
            r#"{"alg":"EdDSA","typ":"shikiri-session+jwt"}"#.to_owned(),
        ] {
            assert_eq!(ring.verify(&with_header(header)).err(), Some(Error::Rejected));
        }
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
        let other = String::from_utf8(claims).expect("json").replace(r#""tid":7"#, r#""tid":8"#);
        let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(other), parts[2]);
        assert_eq!(ring.verify(&forged).err(), Some(Error::Rejected));
    }
}
