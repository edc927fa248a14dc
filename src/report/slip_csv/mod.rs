//! The rows of the list as CSV (RFC 4180, CRLF), for a spreadsheet. Held against the same promise as the list.
//!
//! A name that begins like a formula (`=`, `+`, `-`, `@`, also full-width) gets an apostrophe before it: a spreadsheet
//! must not run what a customer is called. A character that CP932 lacks ends the export; it never becomes another.

mod cell;
mod writer;

use crate::domain::{CsvEncoding, LIST_ROWS_MAX, ReportKind};
use crate::report::Report;

pub use writer::CsvWriter;

/// The list as CSV. Its manifest counts pages of a thousand rows.
pub const REPORT: Report = Report {
    kind: ReportKind::SlipCsv,
    title: "払込票データ",
    extension: "csv",
    rows_per_page: 1_000,
    rows_max: LIST_ROWS_MAX,
};

/// What the file is, in this encoding.
pub const fn media_type(encoding: CsvEncoding) -> &'static str {
    match encoding {
        CsvEncoding::Utf8 => "text/csv; charset=utf-8",
        CsvEncoding::Cp932 => "text/csv; charset=windows-31j",
    }
}

#[cfg(test)]
mod tests;
