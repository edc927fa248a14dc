//! Statements on reprints. Their texts are in `sql/queries/reprints`.

use uuid::Uuid;

use super::{
    certificates::{WallFacts, wall_facts},
    exports::Ordered,
};
use crate::{
    domain::{ExportId, ExportState, ReportKind, TenantCode},
    statement,
    wall::{Row, Undecodable},
};

/// What came of a wish for a reprint.
#[derive(Debug, Clone)]
pub enum ReprintOutcome {
    /// It is under way: what the database made for it, and what it is made of.
    Begun(Ordered, Box<Original>),
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
    pub struct BeginReprint { source: Uuid, first_page: i32, last_page: i32 }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export, with what it copies from it"), row = ReprintOutcome, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "begun" => ReprintOutcome::Begun(ordered(row)?, Box::new(Original {
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

fn ordered(row: &Row) -> Result<Ordered, Undecodable> {
    Ok(Ordered {
        export_id: ExportId(row.try_get("export_id")?),
        export_ticket: row.try_get("export_ticket")?,
        check_ticket: row.try_get("check_ticket")?,
    })
}

statement! { "reprints/record.sql",
    /// Tells, as the checker, which bytes the pages of a reprint came to.
    pub struct RecordReprint { sha256: Vec<u8>, bytes: i64 }
    rows_max = 1, owner = NoWitness("what the checker saw of the reprint whose ticket is entered"), row = (), decode = |_| Ok(())
}

/// What the certificate of a reprint states besides its pages.
#[derive(Debug, Clone)]
pub struct ReprintFacts {
    /// The chain's head and the wall.
    pub wall: WallFacts,
    /// SHA-256 of the file, as the checker saw it.
    pub sha256: Vec<u8>,
    /// Bytes of it.
    pub bytes: i64,
}

statement! { "reprints/facts.sql",
    /// The chain's head, the wall and the checked bytes, for the certificate of a reprint.
    pub struct AskReprintFacts {}
    rows_max = 1, owner = NoWitness("the heads of a chain and of the wall; events are no rows of the reprint"), row = ReprintFacts, decode = |row| {
        Ok(ReprintFacts {
            wall: wall_facts(row)?,
            sha256: row.try_get("sha256")?,
            bytes: row.try_get("bytes")?,
        })
    }
}

statement! { "reprints/finish.sql",
    /// Releases a reprint; false when its original was withdrawn meanwhile.
    pub struct FinishReprint { certificate: String, kid: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on the reprint whose ticket is entered"), row = bool, decode = |row| {
        Ok(row.try_get::<_, &str>("verdict")? == "ready")
    }
}
