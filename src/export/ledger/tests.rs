//! Tests of what a ledger says of bytes and pages.

use std::ops::Range;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{FileLedger, Sent};
use crate::{
    domain::{ExportId, ExportState},
    statements::deliveries::{Fetched, Place, Relative},
};

/// A file of a hundred bytes.
fn ledger(fetched: &[(i64, i64)], places: &[Option<Range<u64>>]) -> FileLedger {
    let export_id = ExportId(Uuid::nil());
    let fetch = |(first_byte, last_byte): &(i64, i64)| Fetched {
        export_id,
        link_id: None,
        fetched_by: None,
        link_made_by: None,
        began_at: OffsetDateTime::UNIX_EPOCH,
        first_byte: *first_byte,
        last_byte: *last_byte,
        complete: None,
    };
    let place =
        |(page, bytes): (u32, &Option<Range<u64>>)| Place { export_id, page, bytes: bytes.clone() };
    FileLedger {
        file: Relative {
            export_id,
            reprint_pages: None,
            state: ExportState::Recalled,
            pages: 3,
            bytes: 100,
            recalled_at: None,
        },
        fetches: fetched.iter().map(fetch).collect(),
        places: (1..).zip(places).map(place).collect(),
    }
}

#[test]
fn what_was_and_what_was_never_fetched_are_together_the_file() {
    let nothing = ledger(&[], &[]);
    let all = 0..100;
    assert!(nothing.fetched().is_empty());
    assert_eq!(nothing.never_fetched(), std::slice::from_ref(&all));
    let parts = ledger(&[(50, 59), (10, 19), (15, 29), (30, 39)], &[]);
    assert_eq!(parts.fetched(), [10..40, 50..60]);
    assert_eq!(parts.never_fetched(), [0..10, 40..50, 60..100]);
    let whole = ledger(&[(0, 99), (3, 4)], &[]);
    assert_eq!(whole.fetched(), std::slice::from_ref(&all));
    assert!(whole.never_fetched().is_empty());
}

#[test]
fn a_page_was_sent_as_far_as_its_own_bytes_were() {
    let places = [Some(10..20), Some(20..40), Some(40..60), Some(60..70)];
    let sent = |fetched: &[(i64, i64)]| ledger(fetched, &places).pages();
    let is = |page: u32, sent: Sent| (page, sent);
    assert_eq!(sent(&[]), [1, 2, 3, 4].map(|it| is(it, Sent::Never)));
    // Head and tail of the file are no page's.
    assert_eq!(sent(&[(0, 9), (70, 99)]), [1, 2, 3, 4].map(|it| is(it, Sent::Never)));
    assert_eq!(sent(&[(0, 99)]), [1, 2, 3, 4].map(|it| is(it, Sent::Whole)));
    // The last byte of page 1, page 2 in two fetches, the first byte of page 3.
    assert_eq!(
        sent(&[(19, 30), (31, 40)]),
        [is(1, Sent::Part), is(2, Sent::Whole), is(3, Sent::Part), is(4, Sent::Never)]
    );
    let fetched = ledger(&[(19, 30), (31, 40)], &places);
    let fetches = |page| fetched.fetches_of(page).map(|it| it.first_byte).collect::<Vec<_>>();
    assert_eq!([1, 2, 3, 4].map(fetches), [vec![19], vec![19, 31], vec![31], vec![]]);
}

#[test]
fn a_page_without_a_place_may_have_gone_with_any_byte() {
    let sent = |fetched: &[(i64, i64)]| ledger(fetched, &[None]).pages();
    assert_eq!(sent(&[]), [(1, Sent::Never)]);
    assert_eq!(sent(&[(99, 99)]), [(1, Sent::Part)]);
    assert_eq!(sent(&[(0, 99)]), [(1, Sent::Whole)]);
    assert_eq!(ledger(&[(99, 99)], &[None]).fetches_of(1).count(), 1);
}
