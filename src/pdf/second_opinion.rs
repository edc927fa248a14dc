//! Our content streams against printpdf's: the same text, the same pixels.

use std::sync::Arc;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use time::macros::datetime;

use crate::pdf::testing::{fonts, grey, text_of};
use crate::pdf::{Document, Error, Meta, PageSize, Pen, Pitch, Symbol};

type Begin =
    fn(Vec<u8>, Arc<crate::pdf::FontChain>, Meta, PageSize) -> Result<Document<Vec<u8>>, Error>;

/// One thing to draw: what, where, how large, and a text.
type Stroke = (u8, (f32, f32), f32, String);

fn drawn(begin: Begin, strokes: &[Stroke]) -> Vec<u8> {
    let meta = Meta { title: "見本".to_owned(), created: datetime!(2026-04-01 09:00:00 +9) };
    let mut document = begin(Vec::new(), fonts(), meta, PageSize::A4_PORTRAIT).expect("begins");
    let mut pen = document.pen();
    pen.frame(20.0, 20.0, 555.28, 801.89);
    pen.text(30.0, 30.0, 8.0, "共通");
    let sheet = pen.finish();
    let form = document.add_form(sheet).expect("a form");
    let mut pen = document.pen();
    pen.form(&form);
    for stroke in strokes {
        draw(&mut pen, stroke);
    }
    let sheet = pen.finish();
    document.add_page(sheet).expect("a page");
    document.finish().expect("a file").out
}

fn draw(pen: &mut Pen<'_>, (what, (x, y), size, text): &Stroke) {
    match what % 10 {
        0 => pen.grey(size / 40.0),
        1 => pen.stroke(size / 10.0, size / 40.0),
        2 => pen.dash(&[*size, size / 2.0]),
        3 => pen.dash(&[]),
        4 => pen.line((*x, *y), (x + size * 9.0, y + size)),
        5 => pen.frame(*x, *y, size * 5.0, *size),
        6 => pen.fill(*x, *y, size * 3.0, size / 2.0),
        7 => pen.origin(size / 3.0, -size / 7.0),
        8 => {
            let symbol =
                Symbol::gs1_128("91900000000000000000000000000026040100000015").expect("one");
            pen.bars(&symbol, Pitch::DPI_300, (*x, *y), *size);
        }
        _ => pen.text_right(*x, *y, *size, text),
    }
    pen.text(*x, *y, *size, text);
}

fn stroke() -> impl Strategy<Value = Stroke> {
    let texts = [
        "払込票データ一覧表",
        "葛\u{E0100}城 𠮷田　髙橋(A)\\",
        "K00000012",
        "¥1,234,567 円",
        "𣘺本\u{E0101} か\u{3099}",
        "\u{10FFFD}",
        "",
    ];
    let text = prop::sample::select(texts.map(str::to_owned).to_vec());
    (any::<u8>(), (50.0..400.0_f32, 60.0..780.0_f32), 4.0..20.0_f32, text)
}

#[test]
fn what_we_write_is_what_printpdf_writes_pixel_by_pixel() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..6 {
        let strokes =
            prop::collection::vec(stroke(), 40).new_tree(&mut runner).expect("some").current();
        let (ours, theirs) = (drawn(Document::new, &strokes), drawn(Document::printed, &strokes));
        assert_eq!(text_of(&ours, 1), text_of(&theirs, 1), "{strokes:?}");
        let (ours, theirs) = (grey(&ours, 1, 300), grey(&theirs, 1, 300));
        assert!(ours.contains(&0), "something is drawn");
        assert!(ours == theirs, "{strokes:?}");
    }
}
