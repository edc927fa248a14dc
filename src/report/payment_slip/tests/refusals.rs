//! Which rows are refused, and what a file without rows is.

use super::sample::{TENANT, begin, draw, seed, slip, totals, try_draw};
use crate::domain::{PAYMENT_SLIPS_MAX, SlipPrint, TenantId};
use crate::pdf::testing::{fonts, squeeze, text_of, tool};
use crate::report::payment_slip::OwnedIssued;
use crate::report::{Error, Totals, Writer};

fn rows(count: u32) -> Vec<OwnedIssued> {
    let row = |n: u32| slip(&format!("{n:016}"), "見本　花子", 1_000 + n as i32, None, None);
    (1..=count).map(row).collect()
}

#[test]
fn a_slip_of_another_biller_is_refused_before_it_is_drawn() {
    let mut all = rows(3);
    let mut writer = begin(totals(&all), SlipPrint::PLAIN).expect("begins");
    all[1].tenant_id = TenantId(TENANT.0 + 1);
    assert!(matches!(writer.push(&all), Err(Error::ForeignRow { row: 2 })));
    assert!(matches!(writer.push(&all), Err(Error::Failed)));
    assert!(matches!(Box::new(writer).finish(), Err(Error::Failed)));
}

#[test]
fn neither_more_nor_fewer_nor_others_than_were_counted() {
    let all = rows(3);
    let mut writer = begin(totals(&all[..2]), SlipPrint::PLAIN).expect("begins");
    assert!(matches!(writer.push(&all), Err(Error::TooManyRows { promised: 2 })));
    let mut writer = begin(totals(&all), SlipPrint::PLAIN).expect("begins");
    writer.push(&all[..2]).expect("in order");
    let short = Box::new(writer).finish().err();
    assert!(matches!(short, Some(Error::TooFewRows { drawn: 2, promised: 3 })));
    let mut writer = begin(totals(&all), SlipPrint::PLAIN).expect("begins");
    let twice = [all[0].clone(), all[0].clone()];
    assert!(matches!(writer.push(&twice), Err(Error::Unsorted { row: 2 })));
    let other = Totals { amount_yen: 1, ..totals(&all) };
    let mut writer = begin(other, SlipPrint::PLAIN).expect("begins");
    assert!(matches!(writer.push(&all), Err(Error::Disagrees { what: "the amount" })));
    let many = Totals { rows: PAYMENT_SLIPS_MAX + 1, tenant_rows: 90_000, ..totals(&all) };
    let refused = begin(many, SlipPrint::PLAIN).err();
    assert!(matches!(refused, Some(Error::TooLarge { limit: PAYMENT_SLIPS_MAX, .. })));
}

#[test]
fn a_page_is_a_slip_and_the_manifest_says_which() {
    let all = rows(3);
    let (done, finished) = try_draw(fonts(), &all, SlipPrint::PLAIN).expect("they fit");
    assert_eq!((finished.pages, finished.rows), (3, 3));
    let pages: Vec<_> = done.iter().map(|it| (it.page, it.rows, it.first.to_string())).collect();
    assert_eq!(pages[2], (3, 1, "0000000000000003-0".to_owned()));
    assert!(tool("pdfinfo", &["FILE"], &finished.out).contains("Pages:           3"));
    // The same input gives the same bytes, and other data another digest of the rows.
    let again = try_draw(fonts(), &all, SlipPrint::PLAIN).expect("they fit").1;
    assert_eq!(again.sha256, finished.sha256);
    let mut other = all.clone();
    other[0].consumption_tax_yen = seed().consumption_tax_yen;
    let other = try_draw(fonts(), &other, SlipPrint::PLAIN).expect("they fit").1;
    assert_ne!(other.rows_digest, finished.rows_digest);
}

#[test]
fn a_file_without_slips_says_so() {
    let file = draw(&[], SlipPrint::PLAIN);
    let text = squeeze(&text_of(&file, 1));
    assert!(text.contains("該当なし") && text.contains("67890"), "{text}");
    assert!(tool("pdfinfo", &["FILE"], &file).contains("Pages:           1"));
}
