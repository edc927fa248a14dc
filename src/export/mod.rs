//! An export is an object with a life: ordered, counted, drawn, checked, released.
//!
//! **Invariants.** Its scope is frozen when it is ordered. It runs with its own ticket, never with a
//! person's session, so a login can neither widen nor end it. No byte is released before the second
//! computation agreed; the database refuses a release without it.

mod blocks;
mod order;
mod queue;
mod run;
mod store;

use std::sync::Arc;

use crate::{
    auth::VerifiedSession,
    db::{
        self, Checker, Pool,
        statements::exports::{GetExport, NoteFetch},
    },
    domain::{ExportId, ExportState},
    report::{self, FontChain},
};

pub use order::{IdempotencyKey, Order, OrderError};
pub use queue::Queue;
pub use store::{Store, StoreError};

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
    contact: String,
    queue: Queue,
}

/// A released file, open for reading.
#[derive(Debug)]
pub struct Artefact {
    /// Its bytes.
    pub file: tokio::fs::File,
    /// How many.
    pub bytes: u64,
    /// SHA-256 of them, as stored when they were drawn.
    pub sha256: [u8; 32],
    /// What to call it.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
}

/// Why there is no file to hand out.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The tenant has no such export.
    #[error("no such export")]
    NotFound,
    /// It has not been released.
    #[error("the export is not released")]
    NotReady(ExportState),
    /// It was released and its file is no more.
    #[error("the file of the export is gone")]
    Gone,
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Exporter {
    /// Makes an exporter.
    pub fn new(parts: Parts) -> Exporter {
        let Parts { pool, checker, fonts, store, contact, running_max } = parts;
        let queue = Queue::new(running_max);
        Exporter { inner: Arc::new(Inner { pool, checker, fonts, store, contact, queue }) }
    }

    /// Opens the file of a released export. The fetch is in the tenant's audit chain before this returns.
    ///
    /// # Errors
    /// When there is no released file of that name in the session's tenant.
    pub async fn artefact(
        &self,
        session: &VerifiedSession,
        id: ExportId,
    ) -> Result<Artefact, FetchError> {
        let mut tx = self.inner.pool.enter(session).await?;
        let line = tx.fetch(&GetExport { export_id: id.0 }).await?.pop();
        let line = line.ok_or(FetchError::NotFound)?;
        if line.state != ExportState::Ready {
            return Err(FetchError::NotReady(line.state));
        }
        let sha256 = line.artefact_sha256.and_then(|it| it.try_into().ok());
        let bytes = line.artefact_bytes.and_then(|it| u64::try_from(it).ok());
        let (Some(sha256), Some(bytes)) = (sha256, bytes) else { return Err(FetchError::Gone) };
        let file = self.inner.store.open(id, bytes).await.map_err(|_| FetchError::Gone)?;
        if !tx.fetch_one(&NoteFetch { export_id: id.0 }).await? {
            return Err(FetchError::NotReady(line.state));
        }
        tx.commit().await?;
        let kind = report::of(line.wish.kind());
        // shikiri-slip-list-<id>.pdf
        let name = kind.kind.as_str().replace('_', "-");
        let name = format!("shikiri-{name}-{}.{}", id.0, kind.extension);
        Ok(Artefact { file, bytes, sha256, name, media_type: report::media_type(line.wish) })
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
    pub async fn end_interrupted(&self) -> Result<i32, db::Error> {
        let door = db::statements::exports::EndInterrupted {};
        self.inner
            .pool
            .call(&door)
            .await?
            .pop()
            .ok_or(db::Error::Decode { statement: "interrupted" })
    }
}
