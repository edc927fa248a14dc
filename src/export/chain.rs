//! The audit chain's hashes, computed without the database that wrote them.
//!
//! `hash` is SHA-256 over the hash before and every field, each with the length of its UTF-8 bytes in front as four
//! bytes, big-endian; the chain of tenant n begins with SHA-256 of `shikiri:n`. The same is in
//! `sql/functions/append_event.sql`, and without any function of ours in `sql/chain.sql`.

use sha2::{Digest, Sha256};
use time::{OffsetDateTime, UtcOffset};

use crate::statements::audit::EventLine;

/// What a chain came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every event follows from the one before. Whether the last is the last, only the service's head tells.
    Whole {
        /// Events.
        events: i64,
        /// The last hash.
        head: [u8; 32],
    },
    /// This event does not follow from the one before, or is another one than was written.
    Broken {
        /// Its place.
        seq: i64,
    },
}

/// A moment as it is hashed: UTC, six digits of a second.
pub fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.microsecond()
    )
}

/// A chain while it is computed, event by event.
#[derive(Debug, Default)]
pub struct Check {
    tenant_id: i32,
    events: i64,
    head: [u8; 32],
}

impl Check {
    /// Takes the next event.
    ///
    /// # Errors
    /// With its place, when it is not right. What comes after proves nothing.
    pub fn push(&mut self, event: &EventLine) -> Result<(), i64> {
        if self.events == 0 {
            self.tenant_id = event.tenant_id;
            self.head = Sha256::digest(format!("shikiri:{}", event.tenant_id)).into();
        }
        let place = self.events + 1;
        let follows = event.seq == place
            && event.tenant_id == self.tenant_id
            && event.previous_hash == self.head
            && event.hash == hash(&self.head, event);
        if !follows {
            return Err(place);
        }
        self.events = place;
        self.head = hash(&self.head, event);
        Ok(())
    }

    /// Nothing was wrong.
    pub fn finish(self) -> Chain {
        Chain::Whole { events: self.events, head: self.head }
    }
}

/// Computes a whole chain.
pub fn verify<'a>(events: impl IntoIterator<Item = &'a EventLine>) -> Chain {
    let mut check = Check::default();
    for event in events {
        if let Err(seq) = check.push(event) {
            return Chain::Broken { seq };
        }
    }
    check.finish()
}

fn hash(previous: &[u8; 32], event: &EventLine) -> [u8; 32] {
    let fields = [
        event.tenant_id.to_string(),
        event.seq.to_string(),
        moment(event.at),
        event.actor.to_string(),
        event.action.clone(),
        event.object.clone(),
        event.detail.clone(),
    ];
    let mut res = Sha256::new();
    res.update(previous);
    for field in fields {
        // A field is at most a megabyte: jsonb of our own functions.
        res.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        res.update(field.as_bytes());
    }
    res.finalize().into()
}
