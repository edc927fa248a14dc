//! Tests of the drawing kit: fonts, fitting, and the file around the pages.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use time::macros::datetime;

use crate::pdf::face::Face;
use crate::pdf::ink::Drawing;
use crate::pdf::testing::{fonts, gothic_only, text_of, tool};
use crate::pdf::{Document, Error, Fit, FontChain, Meta, Out, PageSize, Sizes, Written};

const SIZES: Sizes = Sizes { base: 9.0, one_line_min: 6.0, two_lines: Some((7.0, 5.0)) };

fn document(fonts: &Arc<FontChain>) -> Document<Vec<u8>> {
    let meta = Meta { title: "見本".to_owned(), created: datetime!(2026-04-01 09:00:00 +9) };
    Document::new(Vec::new(), fonts.clone(), meta, PageSize::A4_LANDSCAPE).expect("a header")
}

fn printed(fonts: &Arc<FontChain>) -> Document<Vec<u8>> {
    let meta = Meta { title: "見本".to_owned(), created: datetime!(2026-04-01 09:00:00 +9) };
    Document::printed(Vec::new(), fonts.clone(), meta, PageSize::A4_LANDSCAPE).expect("a header")
}

fn one_page(fonts: &Arc<FontChain>, lines: &[&str]) -> Written<Vec<u8>> {
    let mut document = document(fonts);
    let mut pen = document.pen();
    for (place, text) in lines.iter().enumerate() {
        pen.text(50.0, 500.0 - 20.0 * place as f32, 12.0, text);
    }
    let sheet = pen.finish();
    document.add_page(sheet).expect("a page");
    document.finish().expect("a file")
}

#[test]
fn hard_names_come_back_exactly_when_copied() {
    let names = [
        "髙橋",
        "﨑子",
        "𠮷田",
        "槗本",
        "𣘺本",
        "葛\u{E0100}城",
        "辺\u{E0101}",
        "⽇本",
        "日本",
        "\u{FA19}",
        "神",
        "丽",
        "か\u{3099}",
    ];
    let file = one_page(&fonts(), &names);
    let text = text_of(&file.out, 1);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let (last, plain) = names.split_last().expect("names");
    assert_eq!(lines[..plain.len()], *plain);
    // poppler composes か and the sound mark; both spellings are the same text.
    assert!(lines[plain.len()] == *last || lines[plain.len()] == "が", "{lines:?}");
    assert!(file.missing_glyphs.is_empty(), "{:?}", file.missing_glyphs);
    tool("qpdf", &["--check", "FILE"], &file.out);
}

#[test]
fn a_missing_glyph_is_seen_said_and_counted() {
    let file = one_page(&gothic_only(), &["𠮷田 𠮷", "槗本", "葛\u{E0105}", "\u{E0100}頭"]);
    let counted: Vec<_> = file.missing_glyphs.iter().map(|(it, n)| (it.as_str(), *n)).collect();
    let mut expected = [("槗", 1), ("葛\u{E0105}", 1), ("𠮷", 2), ("\u{E0100}", 1)];
    expected.sort_unstable();
    assert_eq!(counted, expected);
    assert!(gothic_only().lacks("𠮷田") && !gothic_only().lacks("髙橋") && !fonts().lacks("𠮷田"));
    // Copied text is the name; what is drawn is 〓 (U+3013), whose glyph is in the file.
    let text = text_of(&file.out, 1);
    assert!(text.contains("𠮷田 𠮷") && text.contains("槗本"), "{text}");
    let open = tool("qpdf", &["--qdf", "--object-streams=disable", "FILE", "-"], &file.out);
    assert!(open.contains("<3013>"), "〓 is embedded");
    assert_eq!(open.matches("/ActualText").count(), 5);
}

#[test]
fn a_glyph_shared_by_two_sequences_says_each_in_its_place() {
    // The one such pair of IPAmjMincho: the second must not be copied as the first.
    let (upper, lower) = ("博\u{E010A}", "𫧤\u{E0100}");
    let mincho = &fonts();
    let cid = |c, selector| mincho.faces()[1].variant(c, selector);
    assert_eq!(cid('博', '\u{E010A}'), cid('𫧤', '\u{E0100}'), "they share a glyph");
    let lines = |lines: &[&str]| {
        let text = text_of(&one_page(mincho, lines).out, 1);
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&[upper, lower]), [upper, lower]);
    assert_eq!(lines(&[lower, upper, lower]), [lower, upper, lower]);
    // And the default form of a character is its own glyph.
    assert_eq!(lines(&["葛", "葛\u{E0100}", "葛"]), ["葛", "葛\u{E0100}", "葛"]);
}

#[test]
fn a_form_drawn_while_pages_wait_keeps_its_characters() {
    // Once, the waiting page took the form's characters with it, and the form drew glyph 0.
    let mut document = document(&fonts());
    let mut pen = document.pen();
    pen.text(50.0, 500.0, 12.0, "甲乙");
    let page = pen.finish();
    document.add_page(page).expect("it waits");
    drop(document.pen());
    let mut pen = document.pen();
    pen.text(50.0, 400.0, 12.0, "乙丙");
    let sheet = pen.finish();
    let form = document.add_form(sheet).expect("a form");
    document.flush().expect("a page");
    let mut pen = document.pen();
    pen.form(&form);
    pen.text(50.0, 300.0, 12.0, "甲丙");
    let page = pen.finish();
    document.add_page(page).expect("it waits");
    let file = document.finish().expect("a file").out;
    let words =
        |page| text_of(&file, page).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(1), ["甲乙"]);
    assert_eq!(words(2), ["乙丙", "甲丙"]);
}

#[test]
fn fonts_of_the_wrong_kind_are_refused_by_name() {
    let kind = |head: &[u8]| Face::parse([head, &[0; 64]].concat(), Path::new("x.ttf")).err();
    for (head, word) in [(b"OTTO", "CFF"), (b"ttcf", "collection"), (b"wOFF", "no TrueType")] {
        let error = kind(head).expect("it is refused").to_string();
        assert!(error.contains(word) && error.contains("x.ttf"), "{error}");
    }
    assert!(matches!(kind(b"\x00\x01\x00\x00"), Some(Error::FontBroken { .. })));
    assert!(matches!(FontChain::load(&["/no/such/font"]), Err(Error::FontUnreadable { .. })));
    assert!(matches!(FontChain::new(Vec::new()), Err(Error::NoStandIn)));
}

#[test]
fn a_text_shrinks_then_breaks_then_is_refused() {
    let fonts = fonts();
    let name = |length: usize| "髙".repeat(length);
    assert!(matches!(Fit::new(&fonts, &name(20), 180.0, SIZES), Some(Fit::One { size: 9.0, .. })));
    match Fit::new(&fonts, &name(25), 180.0, SIZES) {
        Some(Fit::One { size, text }) => {
            assert!(size < 9.0 && fonts.width(text, size) <= 180.0, "{size}");
        }
        other => panic!("{other:?}"),
    }
    let text = name(50);
    match Fit::new(&fonts, &text, 180.0, SIZES) {
        Some(Fit::Two { size, upper, lower }) => {
            assert_eq!(format!("{upper}{lower}"), text);
            assert!(fonts.width(upper, size) <= 180.0 && fonts.width(lower, size) <= 180.0);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(Fit::new(&fonts, &name(100), 180.0, SIZES), None);
}

#[test]
fn a_break_never_parts_a_character_from_its_selector() {
    let fonts = fonts();
    let text = "葛\u{E0100}か\u{3099}".repeat(16);
    let Some(Fit::Two { lower, .. }) = Fit::new(&fonts, &text, 160.0, SIZES) else {
        panic!("48 characters do not fit one line of 160 pt at 6 pt");
    };
    assert!(lower.starts_with('葛') || lower.starts_with('か'), "{lower}");
}

#[test]
fn the_same_input_gives_the_same_bytes_and_another_gives_another_id() {
    let [a, b, c] = ["甲", "甲", "乙"].map(|it| one_page(&fonts(), &[it]));
    assert_eq!(a.out, b.out);
    assert_ne!(a.sha256, c.sha256);
    assert_eq!(a.bytes, a.out.len() as u64);
    assert_eq!(<[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(&a.out)), a.sha256);
    let id = |file: &[u8]| {
        let text = String::from_utf8_lossy(file).into_owned();
        text.split("/ID[<").nth(1).map(|it| it[..32].to_owned())
    };
    assert!(id(&a.out).is_some());
    assert_ne!(id(&a.out), id(&c.out));
}

#[test]
fn the_file_says_what_it_is_and_runs_nothing() {
    let file = one_page(&fonts(), &["甲"]).out;
    assert!(file.starts_with(b"%PDF-1.7\n"));
    let open = tool("qpdf", &["--qdf", "--object-streams=disable", "FILE", "-"], &file);
    for entry in ["/Lang (ja)", "/PrintScaling /None", "/Producer (shikiri)"] {
        assert!(open.contains(entry), "{entry}");
    }
    for entry in ["/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch"] {
        assert!(!open.contains(entry), "{entry}");
    }
    let info = tool("pdfinfo", &["FILE"], &file);
    assert!(info.contains("841.89 x 595.28 pts (A4)") && info.contains("見本"), "{info}");
    let fonts = tool("pdffonts", &["FILE"], &file);
    assert!(fonts.lines().nth(2).is_some_and(|it| it.contains("IPAexGothic")), "{fonts}");
    assert_eq!(fonts.lines().count(), 3, "a face that drew nothing is not embedded: {fonts}");
}

/// Takes so many bytes, then fails as a full disk does.
struct FullAfter(usize);

impl Write for FullAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(io::ErrorKind::StorageFull.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_wherever_it_happens() {
    let length = one_page(&fonts(), &["甲"]).out.len();
    for room in [0, 20, length / 2, length - 1] {
        let meta = Meta { title: "見本".to_owned(), created: datetime!(2026-04-01 09:00:00 +9) };
        let written = Document::new(FullAfter(room), fonts(), meta, PageSize::A4_LANDSCAPE)
            .and_then(|mut it| {
                let mut pen = it.pen();
                pen.text(50.0, 500.0, 12.0, "甲");
                let sheet = pen.finish();
                it.add_page(sheet)?;
                it.finish()
            });
        let error = written.err();
        assert!(matches!(error, Some(Error::Write(_))), "{room} of {length}: {error:?}");
    }
}

#[test]
fn an_object_is_written_exactly_once() {
    let mut out = Out::new(Vec::new()).expect("a header");
    let [first, second] = [(); 2].map(|()| out.reserve());
    out.object(first, "null").expect("it was reserved");
    assert!(matches!(out.object(first, "null"), Err(Error::Object(1))));
    assert!(matches!(out.object(0, "null"), Err(Error::Object(0))));
    assert!(matches!(out.object(99, "null"), Err(Error::Object(99))));
    assert!(matches!(out.finish(first, first).err(), Some(Error::Object(it)) if it == second));
}

#[test]
fn what_printpdf_warns_about_is_an_error() {
    let mut document = printed(&fonts());
    let pen = document.pen();
    let mut sheet = pen.finish();
    // Text outside of a text section: printpdf writes it, warns, and most readers show nothing.
    let items = vec![printpdf::TextItem::Text("甲".to_owned())];
    sheet.drawing = Drawing::Operations(vec![printpdf::Op::ShowText { items }]);
    document.add_page(sheet).expect("it waits");
    assert!(matches!(document.flush(), Err(Error::Encoder { warnings: 1, .. })));
}

#[test]
fn an_empty_page_of_printpdf_is_not_taken_for_a_drawn_one() {
    let mut document = printed(&fonts());
    let sheet = document.pen().finish();
    document.add_page(sheet).expect("it waits");
    assert!(matches!(document.flush(), Err(Error::Encoder { pages: 0, expected: 1, .. })));
}
