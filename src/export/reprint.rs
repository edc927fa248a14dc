//! Reprints: pages of a released file as a file of their own.
//!
//! They are taken out of the stored file, whose SHA-256 is compared first; no row is asked for again. So a reprint
//! shows what was printed, also when the slips have changed since. It works with tickets of its own, as every export, and
//! the checker says which bytes it came to: no session and no ticket of the application can name a file.

use std::io::Write;

use crate::{
    auth::{Signed, VerifiedSession},
    domain::{ExportId, ExportState, PageSpan, ReportKind, UserId},
    export::{
        Exporter, IdempotencyKey, StoreError,
        certificate::{self, Reprinted},
        once::{self, Known},
    },
    report,
    statements::{
        exports::FailExport,
        reprints::{
            AskReprintFacts, BeginReprint, FinishReprint, Original, RecordReprint, ReprintOutcome,
        },
    },
    wall::{self, CheckTicket, ExportTicket},
};
use sha2::{Digest, Sha256};

/// Bytes of a file whose pages can be taken out: it is held in memory for that.
const SOURCE_BYTES_MAX: i64 = 64 << 20;

/// Why there is no reprint.
#[derive(Debug, thiserror::Error)]
pub enum ReprintError {
    /// The tenant has no such export.
    #[error("no such export")]
    NotFound,
    /// Its file cannot be read in its state.
    #[error("the export has no file in its state")]
    NotReady(ExportState),
    /// It is a reprint itself: take the pages from its original.
    #[error("the export is a reprint")]
    IsReprint,
    /// Its report has no pages.
    #[error("the report has no pages")]
    NoPages,
    /// A slip on the pages is no longer good.
    #[error("a slip on the pages is void or was issued again")]
    SlipsWithdrawn,
    /// It has no such pages.
    #[error("the export has no such pages")]
    NoSuchPages,
    /// Its file is too large to take pages out of it.
    #[error("the file is too large for a reprint")]
    TooLarge,
    /// Too many are under way, or were made of this one.
    #[error("too many reprints")]
    Quota,
    /// The same request was made before and made this.
    #[error("made before")]
    Replayed(ExportId),
    /// The key was used for another request.
    #[error("the key was used for another request")]
    KeyReused,
    /// The same request is being made right now.
    #[error("the same request is under way")]
    KeyInProgress,
    /// It could not be made. The reason is written down as the reprint's failure.
    #[error("the reprint failed: {0}")]
    Failed(&'static str),
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

/// A reprint under way.
struct Work {
    exporter: Exporter,
    requested_by: UserId,
    ticket: ExportTicket,
    check_ticket: CheckTicket,
    source: ExportId,
    pages: PageSpan,
    original: Original,
}

/// A reprint that was written.
struct Made {
    sha256: [u8; 32],
    bytes: i64,
}

impl Exporter {
    /// Makes a reprint of pages of a released file. When this returns it is released.
    ///
    /// # Errors
    /// When it is refused, or could not be made.
    pub async fn reprint(
        &self,
        session: &VerifiedSession,
        source: ExportId,
        pages: PageSpan,
        key: IdempotencyKey,
    ) -> Result<ExportId, ReprintError> {
        let mut tx = self.inner.pool.enter(session).await?;
        match once::find(&mut tx, session, &key).await? {
            Known::New => {}
            Known::Made(id) => return Err(ReprintError::Replayed(id)),
            Known::Reused => return Err(ReprintError::KeyReused),
        }
        let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
        let begin = BeginReprint {
            source: source.0,
            first_page: number(pages.first()),
            last_page: number(pages.last()),
        };
        let (ordered, original) = match tx.fetch_one(&begin).await? {
            ReprintOutcome::Begun(ordered, original) => (ordered, *original),
            ReprintOutcome::NotFound => return Err(ReprintError::NotFound),
            ReprintOutcome::NotReady(state) => return Err(ReprintError::NotReady(state)),
            ReprintOutcome::IsReprint => return Err(ReprintError::IsReprint),
            ReprintOutcome::NoSuchPages => return Err(ReprintError::NoSuchPages),
            ReprintOutcome::SlipsWithdrawn => return Err(ReprintError::SlipsWithdrawn),
            ReprintOutcome::Quota => return Err(ReprintError::Quota),
        };
        // Dropped without a commit nothing of it was ordered.
        match original.report {
            ReportKind::SlipList | ReportKind::PaymentSlip => {}
            ReportKind::SlipCsv => return Err(ReprintError::NoPages),
        }
        if SOURCE_BYTES_MAX < original.bytes {
            return Err(ReprintError::TooLarge);
        }
        let id = ordered.export_id;
        once::put(&mut tx, session, key, id).await.map_err(|err| match err {
            wall::Error::Taken { .. } => ReprintError::KeyInProgress,
            err => err.into(),
        })?;
        let (ticket, check_ticket) = ordered.into_tickets(tx.tenant_id());
        tx.commit().await?;
        let (exporter, requested_by) = (self.clone(), session.user_id());
        let work = Work { exporter, requested_by, ticket, check_ticket, source, pages, original };
        // A task of its own: a client that leaves must not leave half a reprint.
        let done = tokio::spawn(work.run()).await;
        done.unwrap_or(Err(ReprintError::Failed("internal"))).map(|()| id)
    }
}

impl Work {
    async fn run(self) -> Result<(), ReprintError> {
        let _one = self.exporter.inner.reprints.acquire().await;
        let failure = match self.make().await {
            Ok(made) => match self.release(made).await {
                Ok(true) => return Ok(()),
                Ok(false) => "original_withdrawn",
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        tracing::warn!(export = %self.ticket.export_id().0, failure, "a reprint failed");
        let fail = FailExport { tripped: false, failure: failure.to_owned() };
        // One that was ended already, or cannot be ended now, is ended by the upkeep, which also takes its key.
        if let Ok(mut tx) = self.exporter.inner.pool.enter_export(&self.ticket).await
            && tx.fetch_one(&fail).await.is_ok()
        {
            drop(tx.commit().await);
        }
        Err(ReprintError::Failed(failure))
    }

    /// Takes the pages out of the stored file and keeps them as a file.
    async fn make(&self) -> Result<Made, &'static str> {
        let (store, source) = (self.exporter.inner.store.clone(), self.source);
        let (tenant, id) = (self.ticket.tenant_id(), self.ticket.export_id());
        let (pages, of) = (self.pages, u32::try_from(self.original.source_pages).unwrap_or(0));
        let bytes = self.original.bytes;
        let sha256 = <[u8; 32]>::try_from(self.original.sha256.as_slice());
        let sha256 = sha256.map_err(|_| "internal")?;
        let work = move || {
            let stored = u64::try_from(bytes).map_err(|_| "internal")?;
            let kept = store.open(tenant, source, stored, &sha256).map_err(|_| "storage")?;
            let file = kept.reader.read_all().map_err(|_| "storage")?;
            if <[u8; 32]>::from(Sha256::digest(&file)) != sha256 {
                return Err("original_changed");
            }
            let file = report::take_pages(&file, pages, of).map_err(|_| "drawing")?;
            let storage = |_: StoreError| "storage";
            let (part, mut draft) = store.begin(tenant, id).map_err(storage)?;
            let written = draft.write_all(&file).and_then(|()| draft.seal());
            written.map_err(|_| "storage")?;
            store.keep(part).map_err(storage)?;
            let bytes = i64::try_from(file.len()).map_err(|_| "internal")?;
            Ok(Made { sha256: Sha256::digest(&file).into(), bytes })
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err("internal"))
    }

    /// Has the checker say which bytes it came to, signs and releases it; false when its original was withdrawn meanwhile.
    async fn release(&self, made: Made) -> Result<bool, &'static str> {
        let release = async {
            let inner = &self.exporter.inner;
            let mut tx = inner.checker.enter_check(&self.check_ticket).await?;
            tx.fetch_one(&RecordReprint { sha256: made.sha256.to_vec(), bytes: made.bytes })
                .await?;
            tx.commit().await?;
            let mut tx = inner.pool.enter_export(&self.ticket).await?;
            let facts = tx.fetch_one(&AskReprintFacts {}).await?;
            // What is certified is what the checker saw, not what this process believes.
            let Ok(sha256) = <[u8; 32]>::try_from(facts.sha256) else { return Ok(Err("internal")) };
            if (sha256, facts.bytes) != (made.sha256, made.bytes) {
                return Ok(Err("internal"));
            }
            let reprinted = Reprinted {
                id: self.ticket.export_id(),
                source: self.source,
                requested_by: self.requested_by,
                pages: (self.pages.first(), self.pages.last()),
                original: &self.original,
                sha256,
                bytes: facts.bytes,
            };
            let keys = &inner.proof.certificates;
            let Ok(Signed { token, kid }) =
                certificate::sign_reprint(keys, &facts.wall, &reprinted)
            else {
                return Ok(Err("certificate"));
            };
            let released = tx.fetch_one(&FinishReprint { certificate: token, kid }).await?;
            tx.commit().await?;
            Ok::<_, wall::Error>(Ok(released))
        };
        release.await.unwrap_or(Err("database"))
    }
}
