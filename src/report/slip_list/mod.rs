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
mod writer;

use crate::domain::{LIST_ROWS_MAX, LIST_ROWS_PER_PAGE, ReportKind};
use crate::report::Report;

pub use crate::report::words::short_code;
pub use crate::report::{Finished, Front, OwnedRow, PageDone, Totals};
pub use writer::ListWriter;

/// 払込票データ一覧表.
pub const REPORT: Report = Report {
    kind: ReportKind::SlipList,
    title: "払込票データ一覧表",
    extension: "pdf",
    rows_per_page: LIST_ROWS_PER_PAGE,
    rows_max: LIST_ROWS_MAX,
};

#[cfg(test)]
mod tests;
