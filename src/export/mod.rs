//! An export is an object with a life: ordered, counted, drawn, checked, released.
//!
//! **Invariants.** Its scope is frozen when it is ordered. It runs with its own ticket, never with a
//! person's session, so a login can neither widen nor end it. No byte is released before the second
//! computation agreed; the database refuses a release without it.

mod blocks;
mod cancel;
pub mod certificate;
pub mod chain;
mod deliver;
mod fetch;
mod job;
mod jobs;
mod lease;
mod ledger;
mod links;
mod manifest;
mod once;
mod order;
mod preview;
mod printable;
mod proof;
mod queue;
mod recall;
mod reprint;
mod resolve;
mod run;
mod store;
mod watch;

use std::sync::Arc;

use crate::{
    auth,
    report::FontChain,
    wall::{self, Checker, Pool},
};

pub use deliver::{Broken, Delivery};
pub use fetch::FetchError;
pub use ledger::{FileLedger, Sent};
pub use links::{LinkError, LinkWish};
pub use order::{IdempotencyKey, Order, OrderError, Previewed};
pub use preview::{Preview, PreviewError, Warning};
pub use proof::Proof;
pub use queue::Queue;
pub use recall::{RecallError, UpkeepError};
pub use reprint::ReprintError;
pub use resolve::{ResolveError, ResolvedPage};
pub use store::{BadFile, Draft, Reader, Store, StoreError, rotate_wrapping_key};
pub use watch::{Mark, Watch};

/// What the exporter needs from the outside.
pub struct Parts {
    /// Connections of the application.
    pub pool: Pool,
    /// Connections of the checker.
    pub checker: Checker,
    /// Fonts, loaded once.
    pub fonts: Arc<FontChain>,
    /// Where files go.
    pub store: Store,
    /// Keys of certificates and page codes.
    pub proof: Proof,
    /// Whom a reader is told to call when another company's name is on a page.
    pub contact: String,
    /// Exports that run at once in this process.
    pub running_max: usize,
}

/// Orders exports, runs them, and hands out what was released.
#[derive(Clone)]
pub struct Exporter {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    checker: Checker,
    fonts: Arc<FontChain>,
    store: Store,
    proof: Proof,
    contact: String,
    queue: Queue,
    jobs: jobs::Jobs,
    /// Reprints that are made at once: each holds a file in memory.
    reprints: tokio::sync::Semaphore,
}

impl Exporter {
    /// Makes an exporter.
    pub fn new(parts: Parts) -> Exporter {
        let Parts { pool, checker, fonts, store, proof, contact, running_max } = parts;
        let (queue, reprints) = (Queue::new(running_max), tokio::sync::Semaphore::new(1));
        let jobs = jobs::Jobs::default();
        Exporter {
            inner: Arc::new(Inner {
                pool,
                checker,
                fonts,
                store,
                proof,
                contact,
                queue,
                jobs,
                reprints,
            }),
        }
    }

    /// The public keys of certificates.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn published_keys(&self) -> Result<auth::PublishedKeys, auth::Error> {
        self.inner.proof.certificates.published()
    }

    /// Jobs that wait and that run in this process.
    pub fn gauge(&self) -> (usize, usize) {
        self.inner.queue.gauge()
    }

    /// Waits until the jobs of this process have ended, at most for this long. True when all have.
    pub async fn drain(&self, patience: std::time::Duration) -> bool {
        tokio::time::timeout(patience, self.inner.queue.idle()).await.is_ok()
    }

    /// Ends exports whose process is gone, of every tenant: `failed: interrupted`.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn end_interrupted(&self) -> Result<i32, wall::Error> {
        let door = crate::statements::exports::EndInterrupted {};
        self.inner
            .pool
            .call(&door)
            .await?
            .pop()
            .ok_or(wall::Error::Decode { statement: "interrupted" })
    }
}
