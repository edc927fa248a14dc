//! What comes out of a printer: exact dots, and the digits that other programs read of them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sample::{draw, front, issuer, overprint, seed, slip};
use crate::domain::barcode::Payload;
use crate::domain::{PrintProfile, SlipPrint};
use crate::pdf::testing::{Bitmap, fonts, raster, zbar};
use crate::pdf::{Pitch, Symbol};
use crate::report::payment_slip::bar_code::{BARS_HEIGHT, BARS_Y};
use crate::report::payment_slip::layout::{BOTTOM, HEADQUARTERS, LEFT, moved};
use crate::report::payment_slip::{OwnedIssued, payload, test_sheet};

/// Rows of dots that cross the bars, and the columns of the panel that they are in: nothing else is there.
fn bar_rows(page: &Bitmap, dpi: u32, print: SlipPrint) -> Vec<Vec<usize>> {
    let (x, y) = moved(print);
    let dots = |points: f32| (points * dpi as f32 / 72.0).round() as usize;
    let (low, high) = (BOTTOM + y + BARS_Y, BOTTOM + y + BARS_Y + BARS_HEIGHT);
    let (left, right) =
        (dots((LEFT + x + 1.0).max(0.0)), dots(LEFT + x + HEADQUARTERS.width - 1.0));
    // Two dots in from each edge: whether an edge takes the dot it touches is the printer's.
    let rows = page.height - dots(high) + 2..page.height - dots(low) - 2;
    assert!(100 <= rows.len());
    rows.map(|y| page.runs(y, left..right)).collect()
}

/// Asserts that every bar and space is a whole number of modules of `dots` dots, on every row of the symbol.
fn assert_exact(page: &Bitmap, row: &OwnedIssued, (dpi, dots): (u32, usize), print: SlipPrint) {
    let symbol = Symbol::gs1_128(&digits(row)).expect("44 digits");
    let expected: Vec<usize> = symbol.widths().iter().map(|it| usize::from(*it) * dots).collect();
    let allowed: BTreeSet<usize> = (1..=4).map(|it| it * dots).collect();
    for runs in bar_rows(page, dpi, print) {
        let other: BTreeSet<_> = runs.iter().filter(|it| !allowed.contains(it)).collect();
        assert!(other.is_empty(), "{dpi} dpi, {print:?}: runs of {other:?} dots");
        assert_eq!(runs, expected);
    }
}

/// What rxing reads of a page, and the symbology it says.
fn rxing(page: &Bitmap) -> (String, String) {
    use rxing::{
        BarcodeFormat, RXingResultMetadataType as Kind, RXingResultMetadataValue as Value,
    };
    let luma = page.luma();
    let (width, height) = (page.width as u32, page.height as u32);
    let format = Some(BarcodeFormat::CODE_128);
    let read = rxing::helpers::detect_in_luma(luma, width, height, format).expect("rxing reads it");
    let symbology = match read.getRXingResultMetadata().get(&Kind::SYMBOLOGY_IDENTIFIER) {
        Some(Value::SymbologyIdentifier(it)) => it.clone(),
        other => panic!("no symbology: {other:?}"),
    };
    (read.getText().to_owned(), symbology)
}

fn digits(row: &OwnedIssued) -> String {
    payload(&row.slip, &front().tenant_code, &issuer()).as_str().to_owned()
}

#[test]
fn a_slip_has_exact_dots_at_300_and_600_dpi_and_two_readers_read_it() {
    let row = seed();
    assert_eq!(digits(&row), "91912345678900123456789012345015123100108002");
    let file = draw(std::slice::from_ref(&row), SlipPrint::PLAIN);
    for (dpi, dots) in [(300, 2), (600, 4), (1200, 8)] {
        let page = raster(&file, 1, dpi);
        assert_exact(&page, &row, (dpi, dots), SlipPrint::PLAIN);
        if dpi == 1200 {
            continue;
        }
        assert_eq!(zbar(&page), [("CODE-128".to_owned(), "GS1".to_owned(), digits(&row))]);
        assert_eq!(rxing(&page), (digits(&row), "]C1".to_owned()));
    }
}

#[test]
fn an_overprint_has_them_wherever_it_is_moved() {
    let row = slip("0000000000028125", "髙橋　﨑子", 300_000, None, None);
    for (x, y) in [(0, 0), (59, -59), (-59, 59), (1, 1), (-7, 13)] {
        let file = draw(std::slice::from_ref(&row), overprint(x, y));
        for (dpi, dots) in [(300, 2), (600, 4)] {
            let page = raster(&file, 1, dpi);
            assert_exact(&page, &row, (dpi, dots), overprint(x, y));
            assert_eq!(zbar(&page), [("CODE-128".to_owned(), "GS1".to_owned(), digits(&row))]);
        }
    }
}

#[test]
fn the_400_dpi_profile_has_three_dots_to_a_module() {
    let row = seed();
    for print in [SlipPrint::PLAIN, overprint(11, 0)] {
        let print = SlipPrint { profile: PrintProfile::Dpi400, ..print };
        let page = raster(&draw(std::slice::from_ref(&row), print), 1, 400);
        assert_exact(&page, &row, (400, 3), print);
        assert_eq!(zbar(&page), [("CODE-128".to_owned(), "GS1".to_owned(), digits(&row))]);
        assert_eq!(rxing(&page), (digits(&row), "]C1".to_owned()));
    }
}

#[test]
fn the_symbol_with_its_quiet_zones_is_no_longer_than_60_mm() {
    let symbol = Symbol::gs1_128(&digits(&seed())).expect("44 digits");
    for pitch in [Pitch::DPI_300, Pitch::DPI_400] {
        let points = pitch.width(&symbol);
        assert!(points * 25.4 / 72.0 + 2.0 * 2.54 <= 60.0, "{points}");
        // No row of the panel has anything but bars (see `assert_exact`), so what is left of it is quiet: 2.54 mm
        // and more to the perforation, which needs 5 mm itself.
        let free = (HEADQUARTERS.width - points) / 2.0 * 25.4 / 72.0;
        assert!(2.54 + 5.0 <= free, "{free}");
    }
}

#[test]
fn nobody_can_scan_a_proof() {
    let row = seed();
    for print in [SlipPrint::PLAIN, overprint(0, 0)] {
        let print = SlipPrint { proof: true, ..print };
        let page = raster(&draw(std::slice::from_ref(&row), print), 1, 600);
        assert_eq!(zbar(&page), []);
        // Two edges, two diagonals and six letters.
        let most = bar_rows(&page, 600, print).iter().map(Vec::len).max();
        assert!(most < Some(60), "{most:?}");
        let luma = (page.luma(), page.width as u32, page.height as u32);
        assert!(rxing::helpers::detect_in_luma(luma.0, luma.1, luma.2, None).is_err());
    }
}

#[test]
fn the_test_sheet_reads_at_both_pitches() {
    let at = time::macros::datetime!(2026-04-20 10:15:00 +9);
    let sheet = test_sheet::write(Vec::new(), fonts(), at).expect("it is written");
    assert!(sheet.missing_glyphs.is_empty(), "{:?}", sheet.missing_glyphs);
    let [a, b] = test_sheet::SPECIMENS;
    assert!(Payload::parse(a).is_ok() && Payload::parse(b).is_ok());
    for (dpi, expected) in [(300, &[a][..]), (400, &[b]), (600, &[a, b])] {
        let read = zbar(&raster(&sheet.out, 1, dpi));
        for digits in expected {
            let right = |(_, modifiers, text): &(String, String, String)| {
                modifiers == "GS1" && text == digits
            };
            assert!(read.iter().any(right), "{dpi} dpi: {read:?}");
        }
    }
}

proptest! {
    // Each case draws, rasterises and reads a page.
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_slip_reads_as_its_own_digits(
        bill in "[0-9]{16}", yen in 1..=300_000_i32, due in proptest::option::of("20[0-8][0-9]-0[1-9]-[012][1-8]"),
        x in -59..=59_i16, y in -59..=59_i16,
    ) {
        let row = slip(&bill, "見本　花子", yen, None, due.as_deref());
        let page = raster(&draw(std::slice::from_ref(&row), overprint(x, y)), 1, 300);
        assert_exact(&page, &row, (300, 2), overprint(x, y));
        prop_assert_eq!(zbar(&page), [("CODE-128".to_owned(), "GS1".to_owned(), digits(&row))]);
    }
}
