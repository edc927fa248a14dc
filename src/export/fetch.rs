//! Fetching a released file in a session.

use crate::{
    auth::VerifiedSession,
    domain::{ByteRange, ExportId, ExportState},
    export::{
        Delivery, Exporter, StoreError,
        deliver::{EndTicket, Released},
    },
    report,
    statements::{
        deliveries::{BeginFetch, Begun},
        exports::GetExport,
    },
    wall,
};

/// Why there is no file to hand out.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such export, or no such link, for this caller.
    #[error("no such export")]
    NotFound,
    /// It has not been released.
    #[error("the export is not released")]
    NotReady(ExportState),
    /// It was called back, or its time is over.
    #[error("the file was withdrawn")]
    Withdrawn(ExportState),
    /// It was released and its file is no more.
    #[error("the file of the export is gone")]
    Gone,
    /// It has no such bytes.
    #[error("the file has no such bytes")]
    Range {
        /// How many it has.
        bytes: u64,
    },
    /// It was fetched as often as one file may be.
    #[error("the file was fetched too often")]
    Quota,
    /// The link was used up.
    #[error("the link is spent")]
    LinkSpent,
    /// The link's time is over.
    #[error("the link is expired")]
    LinkExpired,
    /// Some of these bytes went to their end with the link.
    #[error("the link has sent these bytes")]
    LinkDelivered {
        /// Those that it has not, as 0-99.
        remaining: Vec<String>,
    },
    /// A transfer is under way with the link.
    #[error("the link is in use")]
    LinkBusy,
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

impl FetchError {
    /// Why an export in this state gives no file.
    pub(super) fn of_state(state: ExportState) -> FetchError {
        match state {
            ExportState::Expired | ExportState::Recalled | ExportState::Shredded => {
                FetchError::Withdrawn(state)
            }
            _ => FetchError::NotReady(state),
        }
    }

    /// Why a file that the database has released cannot be opened: our own fault, said once.
    pub(super) fn of_store(id: ExportId, err: &StoreError) -> FetchError {
        tracing::error!(export = %id.0, error = %err, "a released file cannot be opened");
        FetchError::Gone
    }
}

impl Exporter {
    /// Opens the file of a released export, or a part of it. The fetch is in the tenant's ledger and audit chain
    /// before this returns.
    ///
    /// # Errors
    /// When there is no released file of that name in the session's tenant.
    pub async fn fetch(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        wanted: ByteRange,
    ) -> Result<Delivery, FetchError> {
        let (exporter, session) = (self.clone(), session.clone());
        begun(async move { exporter.begin_fetch(&session, id, wanted).await }).await
    }

    async fn begin_fetch(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        wanted: ByteRange,
    ) -> Result<Delivery, FetchError> {
        let mut tx = self.inner.pool.enter(session).await?;
        let line = tx.fetch(&GetExport { export_id: id.0 }).await?.pop();
        let line = line.ok_or(FetchError::NotFound)?;
        if !line.state.has_file() {
            return Err(FetchError::of_state(line.state));
        }
        let sha256 = line.artefact_sha256.and_then(|it| it.try_into().ok());
        let bytes = line.artefact_bytes.and_then(|it| u64::try_from(it).ok());
        let (Some(sha256), Some(bytes)) = (sha256, bytes) else { return Err(FetchError::Gone) };
        let range = wanted.of(bytes).ok_or(FetchError::Range { bytes })?;
        let file = Released {
            tenant: tx.tenant_id(),
            id,
            report: line.wish.kind(),
            media_type: report::media_type(line.wish),
            bytes,
            sha256,
        };
        let opened = Delivery::open(&self.inner.store, &file, range.clone()).await;
        let mut delivery = opened.map_err(|err| FetchError::of_store(id, &err))?;
        let (first_byte, last_byte) = ends(&range);
        match tx.fetch_one(&BeginFetch { export_id: id.0, first_byte, last_byte }).await? {
            Begun::Fetch(ticket) => {
                delivery.ticket = Some(EndTicket::new(&self.inner.pool, ticket));
            }
            Begun::Quota => return Err(FetchError::Quota),
            // Withdrawn between the look and the note.
            Begun::Nothing => return Err(FetchError::Withdrawn(ExportState::Recalled)),
        }
        tx.commit().await?;
        Ok(delivery)
    }

    /// Tells the end of a delivery: a complete one of a whole file spends its link. Where the end cannot be told
    /// now, this returns and it is told as soon as the database is there again; where it never is, the ledger keeps the
    /// fetch as one that may have been complete, and the link stays in use until it expires.
    pub async fn end_delivery(&self, mut delivery: Delivery, complete: bool) {
        if let Some(ticket) = delivery.ticket.take() {
            ticket.tell(delivery.id, complete, delivery.sent()).await;
        }
    }
}

/// Begins to the end, also when whoever asked leaves meanwhile: a fetch that is written down is one whose end is told.
pub(super) async fn begun(
    begin: impl Future<Output = Result<Delivery, FetchError>> + Send + 'static,
) -> Result<Delivery, FetchError> {
    let begun = tokio::spawn(begin).await;
    begun.unwrap_or(Err(FetchError::Db(wall::Error::Unavailable)))
}

/// First and last byte, as the ledger has them.
pub(super) fn ends(range: &std::ops::Range<u64>) -> (i64, i64) {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    (number(range.start), number(range.end.saturating_sub(1)))
}
