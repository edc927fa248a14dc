//! Statements on manifests. Their texts are in `sql/queries/manifests`.

use uuid::Uuid;

use crate::{
    domain::PAYMENT_SLIPS_MAX,
    statement,
    wall::{Row, Undecodable},
};

/// A page that was produced.
#[derive(Debug, Clone)]
pub struct PageLine {
    /// The page, from 1; of a reprint as it is numbered on the original.
    pub page: i32,
    /// Rows on it.
    pub rows: i32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// The first row; none on the page of a report without rows.
    pub first: Option<String>,
    /// The last row.
    pub last: Option<String>,
    /// SHA-256 of the row digests.
    pub digest: Vec<u8>,
    /// 32 bytes for each row, one after the other; none in an export of an earlier version.
    pub row_digests: Option<Vec<u8>>,
    /// The first and the last byte of the page in the file, where they are known.
    pub bytes: Option<(i64, i64)>,
}

fn page_line(row: &Row) -> Result<PageLine, Undecodable> {
    let first: Option<i64> = row.try_get("first_byte")?;
    let last: Option<i64> = row.try_get("last_byte")?;
    Ok(PageLine {
        page: row.try_get("page")?,
        rows: row.try_get("row_count")?,
        amount_yen: row.try_get("amount_yen")?,
        first: row.try_get("first_slip")?,
        last: row.try_get("last_slip")?,
        digest: row.try_get("page_digest")?,
        row_digests: row.try_get("row_digests")?,
        bytes: first.zip(last),
    })
}

statement! { "manifests/pages.sql",
    /// The pages of an export.
    pub struct AskPages { export_id: Uuid }
    rows_max = PAYMENT_SLIPS_MAX as usize, owner = Row, row = PageLine, decode = page_line
}

statement! { "manifests/page.sql",
    /// One page of an export.
    pub struct AskPage { export_id: Uuid, page: i32 }
    rows_max = 1, owner = Row, row = PageLine, decode = page_line
}
