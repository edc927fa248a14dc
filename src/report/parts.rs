//! What every report is given, and what it gives back.

use std::{collections::BTreeMap, ops::Range};

use time::OffsetDateTime;

use crate::domain::{DisplayName, ExportId, Slip, SlipId, TenantCode, TenantId, TenantName};
use crate::report::digest::{Digest, Salt};
use crate::report::{Error, PageCodes};

/// A report being written: rows in, pages out, a file at the end. After an error it writes no more, and
/// what is in its file must be destroyed.
pub trait Writer<W, R>: Send {
    /// Takes the next rows and draws every page they complete. Blocks may have any length. The pages
    /// that are returned have been handed to the writer.
    ///
    /// # Errors
    /// [`Error::ForeignRow`], [`Error::Unsorted`] or [`Error::TooManyRows`] at the first such row,
    /// before it is drawn; [`Error::Disagrees`] when the last row has come and the sums are not those
    /// that were counted; and what a report refuses of its own.
    fn push(&mut self, rows: &[R]) -> Result<Vec<PageDone>, Error>;

    /// Ends the report.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] when more were counted; or when the file cannot be written.
    fn finish(self: Box<Self>) -> Result<Finished<W>, Error>;
}

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
    /// What goes into every row's digest.
    pub rows_salt: Salt,
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
    /// The digests of its rows, in order: [`PageDone::digest`] is that of this list.
    pub row_digests: Vec<Digest>,
    /// Where it lies in the file. What pages share lies elsewhere.
    pub bytes: Range<u64>,
}

/// A report that was written to its end.
#[derive(Debug)]
pub struct Finished<W> {
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Length of the file.
    pub bytes: u64,
    /// Pages of rows, a cover not counted; 1 for a report without rows.
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
