//! 帳票: what can be exported. One folder per report, and one line in [`REPORTS`].
//!
//! **Invariant:** this room uses `domain` and `pdf`. It reads no clock and no database: everything a
//! report prints is handed to it, and it refuses rows that it was not promised.

pub mod digest;
mod parts;
pub mod payment_slip;
mod promise;
pub mod slip_csv;
pub mod slip_list;
mod words;

use crate::domain::{ReportKind, Wish};
use crate::pdf;

/// The fonts that reports are drawn with, loaded once.
pub use crate::pdf::FontChain;
pub use parts::{Finished, Front, OwnedRow, PageDone, Totals, Writer};

/// A kind of report, as the rest of the house needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Its name in the API and the database.
    pub kind: ReportKind,
    /// 帳票名, as printed.
    pub title: &'static str,
    /// The end of its artefact's file name, without the dot.
    pub extension: &'static str,
    /// Rows on a page.
    pub rows_per_page: u32,
    /// Rows it takes at most. One more is refused, never cut off.
    pub rows_max: u32,
}

impl Report {
    /// Pages of rows for this many rows, a cover not counted. A report without rows has one that says so.
    pub const fn pages(&self, rows: u32) -> u32 {
        if rows == 0 { 1 } else { rows.div_ceil(self.rows_per_page) }
    }
}

/// Every report there is.
pub const REPORTS: &[&Report] = &[&slip_list::REPORT, &payment_slip::REPORT, &slip_csv::REPORT];

/// The report of a kind.
pub const fn of(kind: ReportKind) -> &'static Report {
    match kind {
        ReportKind::SlipList => &slip_list::REPORT,
        ReportKind::PaymentSlip => &payment_slip::REPORT,
        ReportKind::SlipCsv => &slip_csv::REPORT,
    }
}

/// The media type of a report's file.
pub const fn media_type(wish: Wish) -> &'static str {
    match wish {
        Wish::SlipList | Wish::PaymentSlip(_) => "application/pdf",
        Wish::SlipCsv(encoding) => slip_csv::media_type(encoding),
    }
}

/// Why a report was not drawn to its end. Holds no value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row of another tenant came. The most serious of all: the wall before us has failed.
    #[error("row {row} belongs to another tenant")]
    ForeignRow {
        /// Its place in the report, from 1.
        row: u32,
    },
    /// A row came out of order, or twice.
    #[error("row {row} is not after the row before it")]
    Unsorted {
        /// Its place in the report, from 1.
        row: u32,
    },
    /// More rows are promised than the report takes.
    #[error("{promised} rows are more than the {limit} that the report takes")]
    TooLarge {
        /// Rows promised.
        promised: u32,
        /// Rows at most.
        limit: u32,
    },
    /// More rows came than were counted.
    #[error("more rows came than the {promised} that were counted")]
    TooManyRows {
        /// Rows promised.
        promised: u32,
    },
    /// Fewer rows came than were counted.
    #[error("{drawn} rows came, {promised} were counted")]
    TooFewRows {
        /// Rows drawn.
        drawn: u32,
        /// Rows promised.
        promised: u32,
    },
    /// The rows do not add up to what the cover says.
    #[error("the rows do not agree with the cover: {what}")]
    Disagrees {
        /// Which figure differs.
        what: &'static str,
    },
    /// A text does not fit even at the smallest size on two lines.
    #[error("{field} does not fit its place on the page")]
    DoesNotFit {
        /// Which text.
        field: &'static str,
    },
    /// No font has a part of a name that must be read.
    #[error("no font has a part of {field}")]
    GlyphMissing {
        /// Which text.
        field: &'static str,
    },
    /// The encoding of the file lacks a part of a text.
    #[error("{field} of row {row} is not in the encoding of the file")]
    NotEncodable {
        /// Which text.
        field: &'static str,
        /// Its place in the report, from 1.
        row: u32,
    },
    /// A payload that has no bars.
    #[error("a payload that has no bars")]
    NoSymbol,
    /// The writer failed before and draws no more.
    #[error("the report failed before and cannot be continued")]
    Failed,
    /// The page could not be drawn or written.
    #[error(transparent)]
    Pdf(#[from] pdf::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_is_listed_once_under_its_own_name() {
        let kinds: Vec<_> = REPORTS.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [ReportKind::SlipList, ReportKind::PaymentSlip, ReportKind::SlipCsv]);
        for report in REPORTS {
            assert_eq!(ReportKind::parse(report.kind.as_str()), Ok(report.kind));
            assert_eq!(0, report.rows_max % report.rows_per_page);
            assert_eq!(of(report.kind), *report);
        }
    }
}
