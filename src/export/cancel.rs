//! A person stops an export: now, or behind a page.

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::Exporter,
    statements::export_life::{CancelExport, CancelOutcome},
    wall,
};

impl Exporter {
    /// Stops an export. The database decides where; a process that draws it, here or elsewhere, follows. Asking
    /// twice is asking once.
    ///
    /// # Errors
    /// When the database cannot be asked; then nothing was stopped.
    pub async fn cancel(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        at_page: Option<i32>,
        reason: Option<String>,
    ) -> Result<CancelOutcome, wall::Error> {
        let handle = self.inner.jobs.get(session.tenant_id(), id);
        let drawn = handle.as_ref().map_or(0, |it| it.drawn());
        let wish = CancelExport {
            export_id: id.0,
            at_page,
            drawn: i32::try_from(drawn).unwrap_or(i32::MAX),
            reason,
        };
        let mut tx = self.inner.pool.enter(session).await?;
        let outcome = tx.fetch_one(&wish).await?;
        tx.commit().await?;
        if let (Some(handle), CancelOutcome::Accepted { effective_page, .. }) = (handle, outcome) {
            handle.stop_after(u32::try_from(effective_page).unwrap_or(0));
            handle.tell();
        }
        Ok(outcome)
    }
}
