//! Long names and rare ones: smaller, then on two lines, then refused; never cut, never another sign.

use proptest::prelude::*;

use super::sample::{draw, front, issuer, slip, totals, try_draw};
use crate::domain::{CustomerName, Issuer, PrintedLine, SlipPrint};
use crate::pdf::Fit;
use crate::pdf::testing::{fonts, gothic_only, squeeze, text_of};
use crate::report::payment_slip::SlipWriter;
use crate::report::payment_slip::layout::{DATE_STAMP, HEADQUARTERS, MARGIN, NAME, STORE};
use crate::report::{Error, Writer};

#[test]
fn forty_full_width_characters_fit_every_place_whole() {
    let long = "髙".repeat(40);
    let line = PrintedLine::new("line", &"﨑".repeat(40)).expect("forty");
    let issuer = Issuer {
        payee_name: line.clone(),
        collector_name: line.clone(),
        slip_purpose: Some(line.clone()),
        slip_remarks: Some(line),
        ..issuer()
    };
    let rows = [slip("0000000000000001", &long, 300_000, Some(27_272), None)];
    let mut writer =
        SlipWriter::new(Vec::new(), fonts(), (front(), issuer), SlipPrint::PLAIN, totals(&rows))
            .expect("begins");
    writer.push(&rows).expect("everything fits");
    let file = Box::new(writer).finish().expect("ends").out;
    let text = squeeze(&text_of(&file, 1));
    // Store and receipt name the payer; all three name the payee, one the collector, purpose and remarks once each.
    assert_eq!(text.matches('髙').count(), 2 * 40);
    assert_eq!(text.matches('﨑').count(), 6 * 40);
    // One more is refused where it is registered.
    assert!(CustomerName::new(&"髙".repeat(41)).is_err());
    assert!(PrintedLine::new("line", &"髙".repeat(41)).is_err());
}

#[test]
fn no_sign_of_our_fonts_is_wider_than_the_forty_that_were_measured() {
    // The widest sign there is, forty times: what CustomerName lets through fits.
    let fonts = fonts();
    let widest = ('\u{20}'..='\u{2FFFF}')
        .filter(|it| !it.is_control() && CustomerName::new(&format!("a{it}")).is_ok())
        .max_by_key(|it| fonts.thousandths(*it, None))
        .expect("there are signs");
    let em = fonts.thousandths(widest, None);
    assert!(em <= 1_000, "{widest} (U+{:04X}) is {em} thousandths wide", u32::from(widest));
}

#[test]
fn hard_names_are_printed_as_they_are() {
    for name in ["髙橋　﨑子", "𠮷田　太郎", "槗本　花子", "葛\u{E0100}城　一", "丽　明"]
    {
        let rows = [slip("0000000000000001", name, 1_000, None, None)];
        let (_, finished) = try_draw(fonts(), &rows, SlipPrint::PLAIN).expect("it fits");
        assert!(finished.missing_glyphs.is_empty());
        let text = squeeze(&text_of(&finished.out, 1));
        assert_eq!(text.matches(&squeeze(name)).count(), 2, "{text}");
    }
}

#[test]
fn a_name_that_no_font_has_is_refused_and_not_printed_as_another() {
    let rows = [slip("0000000000000001", "𠮷田　太郎", 1_000, None, None)];
    let refused = try_draw(gothic_only(), &rows, SlipPrint::PLAIN).err();
    assert!(matches!(refused, Some(Error::GlyphMissing { field: "customer_name" })), "{refused:?}");
}

#[test]
fn a_slip_without_tax_or_due_date_says_so_by_leaving_it_out() {
    let with = squeeze(&text_of(&draw(&[super::sample::seed()], SlipPrint::PLAIN), 1));
    assert!(with.contains("10,800円") && with.contains("800円"), "{with}");
    assert!(with.contains("2015年12月31日") && with.contains("印紙不要"), "{with}");
    let rows = [slip("0000000000000001", "淡路　太郎", 60_000, None, None)];
    let without = squeeze(&text_of(&draw(&rows, SlipPrint::PLAIN), 1));
    assert!(without.contains("60,000円") && without.contains("期限なし"), "{without}");
    assert!(!without.contains("印紙不要") && !without.contains("消費税"), "{without}");
}

/// The narrowest places: the payer's with 様 on the store's panel, and the collector's beside the stamp.
fn narrowest() -> [(f32, &'static str); 2] {
    let store = STORE.width - 2.0 * MARGIN;
    [(store, "　様"), (HEADQUARTERS.width - 3.0 * MARGIN - DATE_STAMP, "")]
}

proptest! {
    /// What registration lets through fits, whatever it is made of: no export meets a name that it cannot print.
    #[test]
    fn every_name_that_is_registered_fits(
        name in "[ -~一-鿿ぁ-ヿＡ-ｚ\u{300}\u{301}\u{3099}\u{E0100}\u{FE00}𠀀-𠿿ﷺ-﷽ﷲ]{1,40}",
    ) {
        if let Ok(name) = CustomerName::new(&name) {
            for (width, end) in narrowest() {
                let text = format!("{}{end}", name.as_str());
                prop_assert!(Fit::new(&fonts(), &text, width, NAME).is_some(), "{text:?}");
            }
        }
    }
}

#[test]
fn a_pile_of_marks_is_refused_where_it_is_registered() {
    let pile = format!("か{}", "\u{3099}".repeat(39));
    assert!(Fit::new(&fonts(), &pile, narrowest()[0].0, NAME).is_none(), "no line can break in it");
    assert!(CustomerName::new(&pile).is_err());
    assert!(CustomerName::new("か\u{3099}\u{E0100}").is_ok());
    let ends = format!("{}{}", "髙".repeat(20), "か\u{3099}\u{E0100}".repeat(6));
    assert!(CustomerName::new(&ends).is_ok());
}
