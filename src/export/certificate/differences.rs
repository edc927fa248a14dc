//! Which rows differ: a biller's own rows beside the digests of a file's, both in the order of the list.

use std::collections::HashMap;

use crate::{export::certificate::manifest::Manifest, report::digest::Digest};

/// One difference. Names places and no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// A row stands where the file has another.
    Changed {
        /// Of the biller's rows.
        line: u64,
        /// Of the file.
        page: u64,
        /// On that page, from 1.
        row: usize,
    },
    /// The file does not have it.
    Extra {
        /// Of the biller's rows.
        line: u64,
    },
    /// The biller's rows do not have it.
    Missing {
        /// Of the file.
        page: u64,
        /// On that page, from 1.
        row: usize,
    },
    /// So many more than are told one by one.
    More(usize),
}

/// Differences that are told one by one.
const TOLD_MAX: usize = 100;

/// Compares rows, given by line and digest in the order of the list, with a manifest's. A digest covers the number of
/// a slip, so what is equal stands in the same order in both, and what lies between two equal rows belongs together.
pub(super) fn differences(lines: &[u64], own: &[Digest], manifest: &Manifest) -> Vec<Difference> {
    let mut places = Vec::new();
    let mut known = HashMap::new();
    for (page, rows) in &manifest.pages {
        for (row, digest) in rows.iter().enumerate() {
            known.insert(digest, places.len());
            places.push((*page, row + 1));
        }
    }
    let (mut found, mut strangers, mut next) = (Vec::new(), Vec::new(), 0);
    for (line, digest) in lines.iter().zip(own) {
        match known.get(digest).filter(|it| next <= **it) {
            Some(place) => {
                between(&mut found, &strangers, &places[next..*place]);
                strangers.clear();
                next = place + 1;
            }
            // Not in the file, or there a second time.
            None => strangers.push(*line),
        }
    }
    between(&mut found, &strangers, &places[next..]);
    let more = found.len().saturating_sub(TOLD_MAX);
    found.truncate(TOLD_MAX);
    if 0 < more {
        found.push(Difference::More(more));
    }
    found
}

/// What lies between two equal rows: one for one, or nobody knows which is which.
fn between(found: &mut Vec<Difference>, lines: &[u64], places: &[(u64, usize)]) {
    if lines.len() == places.len() {
        let pairs = lines.iter().zip(places);
        found.extend(pairs.map(|(line, (page, row))| Difference::Changed {
            line: *line,
            page: *page,
            row: *row,
        }));
        return;
    }
    found.extend(lines.iter().map(|line| Difference::Extra { line: *line }));
    found.extend(places.iter().map(|(page, row)| Difference::Missing { page: *page, row: *row }));
}

#[cfg(test)]
mod tests {
    use super::{Difference, TOLD_MAX, differences};
    use crate::export::certificate::manifest::Manifest;

    /// A file of two rows on each page.
    fn manifest(rows: &[u8]) -> Manifest {
        let pages = (1..).zip(rows.chunks(2));
        Manifest {
            pages: pages.map(|(n, it)| (n, it.iter().map(|it| [*it; 32]).collect())).collect(),
        }
    }

    /// Own rows stand from line 2 on.
    fn told(own: &[u8], file: &[u8]) -> Vec<Difference> {
        let lines: Vec<u64> = (2..).take(own.len()).collect();
        let own: Vec<[u8; 32]> = own.iter().map(|it| [*it; 32]).collect();
        differences(&lines, &own, &manifest(file))
    }

    #[test]
    fn each_difference_is_found_at_its_row() {
        assert_eq!(told(&[1, 2, 3], &[1, 2, 3]), []);
        let changed = Difference::Changed { line: 4, page: 2, row: 1 };
        assert_eq!(told(&[1, 2, 9, 4], &[1, 2, 3, 4]), [changed]);
        assert_eq!(told(&[1, 3, 4], &[1, 2, 3, 4]), [Difference::Missing { page: 1, row: 2 }]);
        assert_eq!(told(&[1, 2, 2, 3], &[1, 2, 3]), [Difference::Extra { line: 4 }]);
        assert_eq!(told(&[9, 1], &[1]), [Difference::Extra { line: 2 }]);
        assert_eq!(
            told(&[], &[1, 2]),
            [Difference::Missing { page: 1, row: 1 }, Difference::Missing { page: 1, row: 2 }]
        );
        // Two of ours where the file has one: which of them it is, nobody can say.
        assert_eq!(
            told(&[1, 8, 9, 3], &[1, 2, 3]),
            [
                Difference::Extra { line: 3 },
                Difference::Extra { line: 4 },
                Difference::Missing { page: 1, row: 2 }
            ]
        );
    }

    #[test]
    fn what_is_not_told_one_by_one_is_counted() {
        let found = told(&[], &(0..150).collect::<Vec<u8>>());
        assert_eq!(found.len(), TOLD_MAX + 1);
        assert_eq!(found.last(), Some(&Difference::More(50)));
    }
}
