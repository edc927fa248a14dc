//! Rows and totals that the list refuses.

use std::io::{self, Write};

use crate::domain::{
    CustomerName, CustomerNumber, DisplayName, LIST_ROWS_MAX, SlipFilter, TenantId, TenantName,
};
use crate::pdf::{
    self,
    testing::{fonts, squeeze, text_of},
};
use crate::report::Error;
use crate::report::slip_list::ListWriter;
use crate::report::slip_list::tests::sample::{draw, front, row, rows, totals, writer};

#[test]
fn a_row_of_another_tenant_stops_the_list_at_that_row() {
    let mut rows = rows(66);
    let totals = totals(&rows);
    rows[45].tenant_id = TenantId(77);
    let mut list = writer(totals);
    let error = list.push(&rows).expect_err("row 46 is foreign");
    assert!(matches!(error, Error::ForeignRow { row: 46 }), "{error}");
    // Nothing can be drawn after it, and it cannot be ended either.
    assert!(matches!(list.push(&rows[46..]), Err(Error::Failed)));
    assert!(matches!(list.finish(), Err(Error::Failed)));
}

#[test]
fn a_foreign_row_is_told_even_where_another_error_would_be() {
    let rows = rows(3);
    let mut list = writer(totals(&rows));
    list.push(&rows).expect("the rows are in order");
    let mut surplus = row(2);
    surplus.tenant_id = TenantId(77);
    assert!(matches!(list.push(&[surplus]), Err(Error::ForeignRow { row: 4 })));
}

#[test]
fn one_row_too_many_is_an_error() {
    let rows = rows(41);
    let mut list = writer(totals(&rows[..40]));
    assert!(matches!(list.push(&rows), Err(Error::TooManyRows { promised: 40 })));
}

#[test]
fn one_row_too_few_is_an_error() {
    let rows = rows(40);
    let mut list = writer(totals(&rows));
    list.push(&rows[..39]).expect("the rows are in order");
    assert!(matches!(list.finish(), Err(Error::TooFewRows { drawn: 39, promised: 40 })));
}

#[test]
fn a_row_twice_or_out_of_order_is_an_error() {
    for (from, to) in [(4, 5), (6, 5)] {
        let mut rows = rows(20);
        let totals = totals(&rows);
        rows[to] = row(from);
        let error = writer(totals).push(&rows).expect_err("it is out of order");
        assert!(matches!(error, Error::Unsorted { row } if (6..=7).contains(&row)), "{error}");
    }
    // Also across blocks.
    let rows = rows(20);
    let mut list = writer(totals(&rows));
    list.push(&rows[..10]).expect("the rows are in order");
    assert!(matches!(list.push(&rows[9..]), Err(Error::Unsorted { row: 11 })));
}

#[test]
fn a_sum_that_is_not_the_covers_is_an_error_before_the_total_is_drawn() {
    let rows = rows(25);
    for wrong in 0..4 {
        let mut totals = totals(&rows);
        match wrong {
            0 => totals.amount_yen += 1,
            1 => totals.revenue_stamps -= 1,
            2 => totals.first = Some(row(1).slip.id),
            _ => totals.last = Some(row(99).slip.id),
        }
        let error = writer(totals).push(&rows).expect_err("the cover says something else");
        assert!(matches!(error, Error::Disagrees { .. }), "{error}");
    }
}

#[test]
fn totals_that_contradict_themselves_are_refused() {
    let rows = rows(5);
    let refused = |change: fn(&mut crate::report::slip_list::Totals)| {
        let mut totals = totals(&rows);
        change(&mut totals);
        ListWriter::new(Vec::new(), fonts(), front(), totals).err()
    };
    assert!(refused(|_| {}).is_none());
    assert!(matches!(refused(|it| it.first = None), Some(Error::Disagrees { .. })));
    assert!(matches!(refused(|it| it.rows = 0), Some(Error::Disagrees { .. })));
    assert!(matches!(refused(|it| it.overdue = 6), Some(Error::Disagrees { .. })));
    assert!(matches!(refused(|it| it.tenant_rows = 4), Some(Error::Disagrees { .. })));
    let too_large = refused(|it| it.rows = LIST_ROWS_MAX + 1);
    assert!(
        matches!(too_large, Some(Error::TooLarge { promised: 40_001, limit: 40_000 })),
        "{too_large:?}"
    );
}

#[test]
fn everything_that_may_exist_fits() {
    let mut front = front();
    front.tenant_name = TenantName::new(&"髙".repeat(60)).expect("sixty characters");
    front.requested_by = DisplayName::new(&"﨑".repeat(40)).expect("forty characters");
    let widest = "W".repeat(20);
    let conditions = [
        ("bill_number_from", "0000000000000000"),
        ("bill_number_to", "9999999999999999"),
        ("reissue_number", "9"),
        ("customer_number", &widest),
        ("due_from", "2026-04-01"),
        ("due_to", "2026-12-31"),
        ("amount_from", "100000"),
        ("amount_to", "300000"),
    ];
    let filter = conditions.into_iter().fold(SlipFilter::open(), |filter, (name, value)| {
        filter.with(name, value).expect("a condition")
    });
    front.scope_words = filter.in_japanese();
    let mut rows = rows(22);
    for (row, name) in rows.iter_mut().zip(["髙", "𠮷", "W", "㍿", "﷽", "Ǆ"].iter().cycle())
    {
        row.slip.customer_number = CustomerNumber::new(&widest).expect("twenty characters");
        row.slip.customer_name = CustomerName::new(&name.repeat(40)).expect("forty characters");
    }
    let totals = totals(&rows);
    let mut list = ListWriter::new(Vec::new(), fonts(), front.clone(), totals).expect("it fits");
    list.push(&rows).expect("it fits");
    let file = list.finish().expect("all rows came").out;
    let text = squeeze(&text_of(&file, 2));
    for words in [
        front.tenant_name.as_str(),
        front.requested_by.as_str(),
        &widest,
        &"髙".repeat(40),
        &"𠮷".repeat(40),
        &"W".repeat(40),
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(text.contains(&squeeze(&front.scope_words)), "{text}");
}

#[test]
fn a_text_that_cannot_fit_is_refused_and_not_cut_off() {
    let mut front = front();
    front.scope_words = "条件".repeat(500);
    let error = ListWriter::new(Vec::new(), fonts(), front, totals(&rows(1))).err();
    assert!(matches!(error, Some(Error::DoesNotFit { field: "scope_words" })), "{error:?}");
}

/// Takes so many bytes, then fails as a full disk does.
struct FullAfter(usize);

impl Write for FullAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_on_every_page() {
    let rows = rows(100);
    let length = draw(fonts(), &rows).1.out.len();
    for room in (0..length).step_by(length / 40) {
        let written = ListWriter::new(FullAfter(room), fonts(), front(), totals(&rows))
            .and_then(|mut it| it.push(&rows).map(|_| it))
            .and_then(ListWriter::finish);
        let error = written.err();
        assert!(matches!(error, Some(Error::Pdf(pdf::Error::Write(_)))), "{room}: {error:?}");
    }
}
