//! The digests of a biller's own rows, computed as the export computed them.

use crate::{
    domain::Slip,
    report::digest::{Digest, Rows, row_digest},
};

/// What a list of these rows has: its root, and the root of its pages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roots {
    pub rows: Digest,
    pub pages: Digest,
}

/// The roots of rows in the order of a list, with so many on a page.
pub(super) fn roots(mut slips: Vec<Slip>, rows_per_page: usize) -> Roots {
    slips.sort_by(|a, b| a.id.cmp(&b.id));
    let digests: Vec<Digest> = slips.iter().map(row_digest).collect();
    let root = |digests: &[Digest]| {
        let mut rows = Rows::default();
        digests.iter().for_each(|it| rows.push(it));
        rows.finish()
    };
    // A list without rows has one page without rows.
    let mut pages: Vec<Digest> = digests.chunks(rows_per_page.max(1)).map(root).collect();
    if pages.is_empty() {
        pages.push(root(&[]));
    }
    Roots { rows: root(&digests), pages: root(&pages) }
}
