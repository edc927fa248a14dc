//! Tokens whose signature was verified, kept for the rest of their life, so that it is verified once.
//!
//! It is the signature alone that is believed again: whether the session still lives is asked of its row, each time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::auth::VerifiedSession;

/// How many are kept at most, in two halves of this.
const HALF: usize = 4_096;

/// Found by a token's digest: the whole token is compared, and none is kept as text.
type Half = HashMap<[u8; 32], VerifiedSession>;

/// When the younger half is full it becomes the older one, and the older one is forgotten.
#[derive(Default)]
pub(super) struct Kept(Mutex<(Half, Half)>);

impl Kept {
    /// The session of a token that was verified before.
    pub(super) fn get(&self, token: &str) -> Option<VerifiedSession> {
        let halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = digest(token);
        halves.0.get(&key).or_else(|| halves.1.get(&key)).cloned()
    }

    /// Keeps a session whose token was just verified.
    pub(super) fn put(&self, token: &str, session: &VerifiedSession) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if HALF <= halves.0.len() {
            halves.1 = std::mem::take(&mut halves.0);
        }
        halves.0.insert(digest(token), session.clone());
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.0.len() + halves.1.len()
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::{HALF, Kept};
    use crate::auth::{Envelope, KeyRing, generate_key};

    #[test]
    fn as_many_are_kept_as_there_is_room_for_and_the_last_ones_are_among_them() {
        let ring = KeyRing::new(&[generate_key().expect("a key")]).expect("a ring");
        let envelope = Envelope {
            secret: "s",
            session_id: uuid::Uuid::nil(),
            user_id: crate::domain::UserId(uuid::Uuid::nil()),
            tenant_id: crate::domain::TenantId(7),
            role: crate::domain::Role::Clerk,
        };
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let session = ring.verify(&ring.sign(&envelope, now).expect("a token")).expect("ours");
        let kept = Kept::default();
        for n in 0..=3 * HALF {
            kept.put(&n.to_string(), &session);
            assert!(kept.len() <= 2 * HALF);
        }
        assert!(kept.get(&(3 * HALF).to_string()).is_some());
        assert!(kept.get("0").is_none(), "the first ones are forgotten");
    }
}
