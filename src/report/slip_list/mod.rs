//! 払込票データ一覧表: the list of slips, twenty rows a page, with a cover that says how much follows.
//!
//! This is the report of the accident of 2023-03-20. So every page says whose it is, how many pages
//! there are, and whom to call when another company's name is on it; the writer refuses a row of
//! another tenant before it is drawn, and an end that is not the one the cover promised.

mod cover;
mod empty;
mod frame;
mod layout;
mod page;
mod words;
mod writer;

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::domain::{
    DisplayName, ExportId, LIST_ROWS_MAX, LIST_ROWS_PER_PAGE, ReportKind, Slip, SlipId, TenantCode,
    TenantId, TenantName,
};
use crate::report::digest::Digest;
use crate::report::{PageCodes, Report};

pub use words::short_code;
pub use writer::ListWriter;

/// 払込票データ一覧表.
pub const REPORT: Report = Report {
    kind: ReportKind::SlipList,
    title: "払込票データ一覧表",
    media_type: "application/pdf",
    extension: "pdf",
    rows_per_page: LIST_ROWS_PER_PAGE,
    rows_max: LIST_ROWS_MAX,
};

/// What every page says about the export. The tenant comes from the database, not from the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// The export.
    pub export_id: ExportId,
    /// The tenant whose rows are listed.
    pub tenant_id: TenantId,
    /// 収納企業コード.
    pub tenant_code: TenantCode,
    /// The tenant's name.
    pub tenant_name: TenantName,
    /// 抽出条件 in words.
    pub scope_words: String,
    /// When it was ordered. Printed in Japan's time.
    pub ordered_at: OffsetDateTime,
    /// 出力者.
    pub requested_by: DisplayName,
    /// Whom to call when something is wrong.
    pub contact: String,
    /// 照会番号: the codes at the foot of its pages.
    pub codes: PageCodes,
}

/// What was counted before the first row was read, in the same snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Rows that will come.
    pub rows: u32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// Rows that need a revenue stamp.
    pub revenue_stamps: u32,
    /// Rows whose due date has passed.
    pub overdue: u32,
    /// The first row; none when there is no row.
    pub first: Option<SlipId>,
    /// The last row; none when there is no row.
    pub last: Option<SlipId>,
    /// Every slip of the tenant, whatever the filter.
    pub tenant_rows: u32,
}

/// A row, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRow {
    /// The tenant that the database says the row belongs to.
    pub tenant_id: TenantId,
    /// The row.
    pub slip: Slip,
}

/// One page of rows that has been written: a line of the export's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageDone {
    /// The page, from 1. The cover is not counted.
    pub page: u32,
    /// Rows on it.
    pub rows: u32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// The first row.
    pub first: SlipId,
    /// The last row.
    pub last: SlipId,
    /// The page digest, whose first twelve digits are in the footer.
    pub digest: Digest,
}

/// A list that was written to its end.
#[derive(Debug)]
pub struct Finished<W> {
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Length of the file.
    pub bytes: u64,
    /// Pages after the cover; 1 for a list without rows, which has no cover.
    pub pages: u32,
    /// Rows.
    pub rows: u32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// The digest of all rows.
    pub rows_digest: Digest,
    /// Texts that no font has and that were drawn as something else, and how often.
    pub missing_glyphs: BTreeMap<String, u32>,
    /// Where the file was written to.
    pub out: W,
}

#[cfg(test)]
mod tests;
