//! The manifest of pages as it goes to the database: figures, ends, the digests of the rows, and where each page lies.

use crate::{
    report::{PageDone, digest::Digest},
    statements::exports::ReportPages,
};

/// Pages that were drawn.
pub(super) fn of(pages: &[PageDone]) -> ReportPages {
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    let byte = |it: u64| i64::try_from(it).ok();
    ReportPages {
        pages: pages.iter().map(|it| number(it.page)).collect(),
        rows: pages.iter().map(|it| number(it.rows)).collect(),
        amounts_yen: pages.iter().map(|it| it.amount_yen).collect(),
        first: pages.iter().map(|it| Some(it.first.to_string())).collect(),
        last: pages.iter().map(|it| Some(it.last.to_string())).collect(),
        row_digests: pages.iter().map(|it| flat(&it.row_digests)).collect(),
        // A page without bytes has no place: its writer does not know it.
        first_bytes: pages
            .iter()
            .map(|it| (!it.bytes.is_empty()).then_some(it.bytes.start).and_then(byte))
            .collect(),
        last_bytes: pages
            .iter()
            .map(|it| (!it.bytes.is_empty()).then(|| it.bytes.end - 1).and_then(byte))
            .collect(),
    }
}

/// The one page of a report without rows. What stands on it is nobody's.
pub(super) fn of_nothing() -> ReportPages {
    ReportPages {
        pages: vec![1],
        rows: vec![0],
        amounts_yen: vec![0],
        first: vec![None],
        last: vec![None],
        row_digests: vec![Vec::new()],
        first_bytes: vec![None],
        last_bytes: vec![None],
    }
}

fn flat(digests: &[Digest]) -> Vec<u8> {
    digests.as_flattened().to_vec()
}
