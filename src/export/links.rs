//! Links: a secret in an address that fetches one file once, for a quarter of an hour at most.

use crate::{
    auth::VerifiedSession,
    domain::{ByteRange, ExportId, ExportState},
    export::{
        Delivery, Exporter, FetchError,
        deliver::{EndTicket, Released},
        fetch::{begun, ends},
    },
    report,
    statements::deliveries::{Behind, LinkOutcome, LinkedFile, MakeLink, NewLink, OpenLink},
    wall,
};

/// What link somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkWish {
    /// Seconds for which it is good, 1 to 900.
    pub ttl_s: u16,
    /// Whether it opens for this session only.
    pub bound: bool,
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The tenant has no such export.
    #[error("no such export")]
    NotFound,
    /// Its file cannot be fetched in its state.
    #[error("the export has no file in its state")]
    NotReady(ExportState),
    /// It has had as many links as it may.
    #[error("too many links")]
    Quota,
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

impl Exporter {
    /// Makes a link to a released file. Its secret is told once, here.
    ///
    /// # Errors
    /// When there is no file to link to.
    pub async fn make_link(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        wish: LinkWish,
    ) -> Result<NewLink, LinkError> {
        let make = MakeLink {
            export_id: id.0,
            ttl_s: wish.ttl_s.into(),
            bind: if wish.bound { "session" } else { "none" }.to_owned(),
            session_id: session.session_id(),
        };
        let mut tx = self.inner.pool.enter(session).await?;
        let outcome = tx.fetch_one(&make).await?;
        tx.commit().await?;
        match outcome {
            LinkOutcome::Made(link) => Ok(link),
            LinkOutcome::NotFound => Err(LinkError::NotFound),
            LinkOutcome::NotReady(state) => Err(LinkError::NotReady(state)),
            LinkOutcome::Quota => Err(LinkError::Quota),
        }
    }

    /// Opens the file behind a link, or a part of it. A link that is bound needs the session that made it.
    ///
    /// # Errors
    /// When the link opens nothing for this caller, any more, or right now.
    pub async fn fetch_link(
        &self,
        token: &str,
        session: Option<&VerifiedSession>,
        wanted: ByteRange,
    ) -> Result<Delivery, FetchError> {
        let open = OpenLink {
            token: token.to_owned(),
            session_secret: session.map(|it| it.secret().to_owned()),
            first_byte: None,
            last_byte: None,
        };
        let exporter = self.clone();
        begun(async move { exporter.begin_link(open, wanted).await }).await
    }

    async fn begin_link(
        &self,
        mut open: OpenLink,
        wanted: ByteRange,
    ) -> Result<Delivery, FetchError> {
        let file = self.behind(&open).await?;
        let sha256 = <[u8; 32]>::try_from(file.sha256).map_err(|_| FetchError::Gone)?;
        let bytes = u64::try_from(file.bytes).map_err(|_| FetchError::Gone)?;
        let range = wanted.of(bytes).ok_or(FetchError::Range { bytes })?;
        let released = Released {
            tenant: file.tenant_id,
            id: file.export_id,
            report: file.report,
            media_type: report::media_type_of(file.report),
            bytes,
            sha256,
        };
        let opened = Delivery::open(&self.inner.store, &released, range.clone()).await;
        let mut delivery = opened.map_err(|err| FetchError::of_store(file.export_id, &err))?;
        let (first, last) = ends(&range);
        (open.first_byte, open.last_byte) = (Some(first), Some(last));
        // All is looked at again, and the fetch written down, in one transaction.
        let ticket = self.behind(&open).await?.ticket.ok_or(FetchError::Gone)?;
        delivery.ticket = Some(EndTicket::new(&self.inner.pool, ticket));
        Ok(delivery)
    }

    async fn behind(&self, open: &OpenLink) -> Result<LinkedFile, FetchError> {
        match self.inner.pool.call(open).await?.pop() {
            Some(Behind::File(file)) => Ok(file),
            Some(Behind::Spent) => Err(FetchError::LinkSpent),
            Some(Behind::Delivered(remaining)) => Err(FetchError::LinkDelivered { remaining }),
            Some(Behind::Expired) => Err(FetchError::LinkExpired),
            Some(Behind::Withdrawn) => Err(FetchError::Withdrawn(ExportState::Recalled)),
            Some(Behind::Busy) => Err(FetchError::LinkBusy),
            Some(Behind::Quota) => Err(FetchError::Quota),
            Some(Behind::NotFound) | None => Err(FetchError::NotFound),
        }
    }
}
