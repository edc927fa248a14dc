//! The end of files: called back by a person, discarded, or over in time. Then the key is destroyed.
//!
//! The database says first that nobody may fetch the file; then its key is destroyed; then that is written down.
//! Whatever dies in between, the next upkeep goes on where it stopped.

use crate::{
    auth::VerifiedSession,
    domain::{ExportId, ExportState, TenantId},
    export::{Exporter, FileLedger, StoreError, ledger, store::FileName},
    statements::deliveries::{
        AskDoomed, AskFamily, DOOMED_MAX, DiscardExport, ExpireExports, NoteShredded, RecallExport,
        Relative,
    },
    wall,
};

/// Why a file was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    /// The tenant has no such export.
    #[error("no such export")]
    NotFound,
    /// It has no file that could be taken back.
    #[error("the export has no file in its state")]
    NotReleased(ExportState),
    /// It can no longer be fetched, but its key could not be destroyed yet. The upkeep tries again.
    #[error("the file's key is not destroyed yet: {0}")]
    Store(#[from] StoreError),
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

/// Why an upkeep was not done.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
    /// A key or a file could not be destroyed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Exporter {
    /// Calls a file and its reprints back: no fetch any more, links are dead, keys are destroyed. Answers who was sent
    /// what until then. A second call answers the same.
    ///
    /// # Errors
    /// When there is no such file, or a key could not be destroyed.
    pub async fn recall(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        reason: &str,
    ) -> Result<Vec<FileLedger>, RecallError> {
        let mut tx = self.inner.pool.enter(session).await?;
        let recall = RecallExport { export_id: id.0, reason: reason.to_owned() };
        let was = tx.fetch_one(&recall).await?.ok_or(RecallError::NotFound)?;
        if !had_file(was) {
            return Err(RecallError::NotReleased(was));
        }
        let family = tx.fetch(&AskFamily { export_id: id.0 }).await?;
        tx.commit().await?;
        self.destroy_doomed(files_of(session.tenant_id(), &family)).await?;
        // Read when nothing can be added any more.
        let mut tx = self.inner.pool.enter(session).await?;
        let ledger = ledger::read(&mut tx, id).await?;
        tx.commit().await?;
        Ok(ledger)
    }

    /// Ends the time of a file and its reprints early, and destroys their keys.
    ///
    /// # Errors
    /// As [`Exporter::recall`].
    pub async fn discard(
        &self,
        session: &VerifiedSession,
        id: ExportId,
    ) -> Result<(), RecallError> {
        let mut tx = self.inner.pool.enter(session).await?;
        let was = tx.fetch_one(&DiscardExport { export_id: id.0 }).await?;
        let was = was.ok_or(RecallError::NotFound)?;
        if !had_file(was) {
            return Err(RecallError::NotReleased(was));
        }
        let family = tx.fetch(&AskFamily { export_id: id.0 }).await?;
        tx.commit().await?;
        self.destroy_doomed(files_of(session.tenant_id(), &family)).await?;
        Ok(())
    }

    /// Ends the time of files that were kept long enough, and destroys every file here that nobody may read:
    /// expired, called back, or of an export that ended without a release. Answers how many files it destroyed.
    ///
    /// # Errors
    /// When the database cannot be asked, or a file could not be destroyed.
    pub async fn sweep(&self) -> Result<usize, UpkeepError> {
        self.inner.pool.call(&ExpireExports {}).await?;
        let store = self.inner.store.clone();
        let kept = blocking(move || store.kept()).await?;
        self.destroy_doomed(kept.into_iter().collect()).await
    }

    /// Destroys those of these files that nobody may read. Each is asked for by its biller and its export, and what the
    /// database does not know as that biller's stays. Answers how many it destroyed.
    ///
    /// Asked on the checker's connection: the application's login may learn nothing of another biller's files.
    async fn destroy_doomed(&self, files: Vec<FileName>) -> Result<usize, UpkeepError> {
        let mut destroyed = 0;
        for some in files.chunks(DOOMED_MAX) {
            let (tenant_ids, export_ids) = columns(some);
            let doomed = self.inner.checker.call(&AskDoomed { tenant_ids, export_ids }).await?;
            destroyed += doomed.len();
            let name = |(tenant_id, export_id)| FileName { tenant_id, export_id };
            self.destroy(doomed.into_iter().map(name).collect()).await?;
        }
        Ok(destroyed)
    }

    /// Destroys keys, writes that down, and removes the bytes: in this order, so that bytes that are still there
    /// remind the next upkeep of what is not written down.
    async fn destroy(&self, files: Vec<FileName>) -> Result<(), UpkeepError> {
        if files.is_empty() {
            return Ok(());
        }
        let (store, of_keys) = (self.inner.store.clone(), files.clone());
        blocking(move || of_keys.iter().try_for_each(|it| store.destroy_key(*it))).await?;
        let (tenant_ids, export_ids) = columns(&files);
        self.inner.checker.call(&NoteShredded { tenant_ids, export_ids }).await?;
        let store = self.inner.store.clone();
        Ok(blocking(move || files.iter().try_for_each(|it| store.shred(*it))).await?)
    }
}

/// The files that exports of a biller may have: as they are called now, and as an earlier version called them.
fn files_of(tenant: TenantId, family: &[Relative]) -> Vec<FileName> {
    let both =
        |it: &Relative| [FileName::of(tenant, it.export_id), FileName::of_before(it.export_id)];
    family.iter().flat_map(both).collect()
}

/// As a statement takes them.
fn columns(files: &[FileName]) -> (Vec<Option<i32>>, Vec<uuid::Uuid>) {
    files.iter().map(|it| (it.tenant_id.map(|it| it.0), it.export_id.0)).unzip()
}

impl From<UpkeepError> for RecallError {
    fn from(err: UpkeepError) -> RecallError {
        match err {
            UpkeepError::Db(err) => RecallError::Db(err),
            UpkeepError::Store(err) => RecallError::Store(err),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}

/// Whether there is or was a file in this state.
fn had_file(state: ExportState) -> bool {
    use ExportState::{Expired, Recalled, Shredded};
    state.has_file() || matches!(state, Expired | Recalled | Shredded)
}
