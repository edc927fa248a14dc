//! Statements on reprints. Their texts are in `sql/queries/reprints`.

use uuid::Uuid;

use super::certificates::{WallFacts, wall_facts};
use crate::{
    domain::{ExportState, ReportKind, TenantCode},
    statement,
    wall::Undecodable,
};

/// What came of a wish for a reprint.
#[derive(Debug, Clone)]
pub enum ReprintOutcome {
    /// It is under way.
    Begun(Box<Original>),
    /// There is no such export.
    NotFound,
    /// The original's file cannot be read in its state.
    NotReady(ExportState),
    /// The original is a reprint itself.
    IsReprint,
    /// The original has no such pages.
    NoSuchPages,
    /// A slip on the pages is void or was issued again.
    SlipsWithdrawn,
    /// Too many exports are under way, or reprints of this one.
    Quota,
}

/// What a reprint is made of.
#[derive(Debug, Clone)]
pub struct Original {
    /// The biller's code.
    pub tenant_code: TenantCode,
    /// The report.
    pub report: ReportKind,
    /// SHA-256 of the original's file.
    pub sha256: Vec<u8>,
    /// Bytes of it.
    pub bytes: i64,
    /// Its certificate.
    pub certificate: String,
    /// Rows on the pages.
    pub rows: i32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// SHA-256 of the pages' digests.
    pub pages_digest: Vec<u8>,
    /// SHA-256 of the frozen filter.
    pub filter_digest: Vec<u8>,
    /// How many pages.
    pub pages: i32,
    /// Pages of rows that the original has.
    pub source_pages: i32,
}

statement! { "reprints/begin.sql",
    /// Orders a reprint of pages and begins it.
    pub struct BeginReprint { source: Uuid, export_id: Uuid, first_page: i32, last_page: i32 }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export, with what it copies from it"), row = ReprintOutcome, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "begun" => ReprintOutcome::Begun(Box::new(Original {
                tenant_code: TenantCode::new(row.try_get("tenant_code")?)?,
                report: ReportKind::parse(row.try_get("report")?)?,
                sha256: row.try_get("source_sha256")?,
                bytes: row.try_get("source_bytes")?,
                certificate: row.try_get("source_certificate")?,
                rows: row.try_get("row_count")?,
                amount_yen: row.try_get("amount_yen")?,
                pages_digest: row.try_get("pages_digest")?,
                filter_digest: row.try_get("filter_digest")?,
                pages: row.try_get("page_count")?,
                source_pages: row.try_get("source_pages")?,
            })),
            "not_found" => ReprintOutcome::NotFound,
            "is_reprint" => ReprintOutcome::IsReprint,
            "no_such_pages" => ReprintOutcome::NoSuchPages,
            "slips_withdrawn" => ReprintOutcome::SlipsWithdrawn,
            "quota" => ReprintOutcome::Quota,
            "unchecked" => return Err(Undecodable),
            state => ReprintOutcome::NotReady(ExportState::parse(state)?),
        })
    }
}

statement! { "reprints/facts.sql",
    /// The chain's head and the wall, for the certificate of a reprint.
    pub struct AskReprintFacts { export_id: Uuid }
    rows_max = 1, owner = NoWitness("the heads of a chain and of the wall; events are no rows of the reprint"), row = WallFacts, decode = wall_facts
}

statement! { "reprints/finish.sql",
    /// Releases a reprint; false when its original was withdrawn meanwhile.
    pub struct FinishReprint {
        export_id: Uuid,
        sha256: Vec<u8>,
        bytes: i64,
        certificate: String,
        kid: String,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door on the reprint whose ticket is entered"), row = bool, decode = |row| {
        Ok(row.try_get::<_, &str>("verdict")? == "ready")
    }
}

statement! { "reprints/fail.sql",
    /// Ends a reprint that could not be made.
    pub struct FailReprint { export_id: Uuid, failure: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on the reprint whose ticket is entered"), row = (), decode = |_| Ok(())
}
