//! A page that lies somewhere: its code says which export it is of, and its biller learns who could have it.

use crate::{
    auth::{self, VerifiedSession},
    domain::ExportId,
    export::{Exporter, FileLedger, ledger},
    report::{PageCode, Recognised},
    statements::{
        exports::{ExportLine, GetExport},
        manifests::{AskPage, PageLine},
    },
    wall,
};

/// Why a code was not resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// It has not the form of a code.
    #[error("no page code")]
    NoCode,
    /// Forged, of an export that is not there, or of another biller's: nobody is told which.
    #[error("no such page")]
    NotFound,
    /// The keys of codes cannot be read.
    #[error(transparent)]
    Keys(#[from] auth::Error),
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

/// A page by its code.
#[derive(Debug)]
pub struct ResolvedPage {
    /// Its export.
    pub export: ExportLine,
    /// Its number; 0 for a cover.
    pub page: u32,
    /// What stands on it; none for a cover, and for a page that was drawn and never produced.
    pub on_it: Option<PageLine>,
    /// The file and those of its reprints that have the page, with who was sent what.
    pub files: Vec<FileLedger>,
}

impl Exporter {
    /// Tells a biller of one of its own pages.
    ///
    /// # Errors
    /// When the code is none, or is not one of this biller's.
    pub async fn resolve(
        &self,
        session: &VerifiedSession,
        code: &str,
    ) -> Result<ResolvedPage, ResolveError> {
        let keys = self.inner.proof.page_codes.all()?;
        let recognised = PageCode::recognise(code, &keys);
        let (id, page) = match recognised {
            Recognised::Ours { export_id, page } => (export_id, page),
            // The session is asked in any case: a token alone proves nothing.
            Recognised::Forged | Recognised::NoCode => (ExportId(uuid::Uuid::nil()), 0),
        };
        let mut tx = self.inner.pool.enter(session).await?;
        let export = tx.fetch(&GetExport { export_id: id.0 }).await?.pop();
        let number = i32::try_from(page).unwrap_or(i32::MAX);
        let on_it = tx.fetch(&AskPage { export_id: id.0, page: number }).await?.pop();
        let files = ledger::read(&mut tx, id).await?;
        tx.commit().await?;
        if recognised == Recognised::NoCode {
            return Err(ResolveError::NoCode);
        }
        let export = export.ok_or(ResolveError::NotFound)?;
        let files = files.into_iter().filter(|it| it.has(page)).collect();
        Ok(ResolvedPage { export, page, on_it, files })
    }
}
