//! Content streams, operator by operator (ISO 32000-1, 7.8.2; annex A lists the operators).
//!
//! This is most of what an export costs, so it is written here and not by a library: a number is digits put into a
//! buffer, and a text is the codes of its characters.

use std::io::Write as _;

use crate::pdf::ink::{Drawing, Ink};

/// Bytes of a page of a list, about: so that the buffer grows at most once.
const USUAL: usize = 12 * 1024;

/// Draws into a content stream.
pub(crate) struct Content {
    out: Vec<u8>,
    /// A string was begun and is not shown yet.
    in_string: bool,
}

impl Content {
    /// An empty page.
    pub(crate) fn new() -> Content {
        Content { out: Vec::with_capacity(USUAL), in_string: false }
    }

    /// Operands, then their operator.
    fn put(&mut self, operands: &[i32], operator: &[u8]) {
        self.show();
        for it in operands {
            number(&mut self.out, *it);
        }
        self.out.extend_from_slice(operator);
        self.out.push(b'\n');
    }

    /// Puts a code into the string that is open, or into a new one.
    fn code(&mut self, cid: u16) {
        if !std::mem::replace(&mut self.in_string, true) {
            self.out.push(b'(');
        }
        for it in cid.to_be_bytes() {
            match it {
                b'(' | b')' | b'\\' => self.out.extend_from_slice(&[b'\\', it]),
                // A bare one is read as a line feed (ISO 32000-1, 7.3.4.2).
                b'\r' => self.out.extend_from_slice(b"\\r"),
                _ => self.out.push(it),
            }
        }
    }

    /// Shows the string that is open.
    fn show(&mut self) {
        if std::mem::take(&mut self.in_string) {
            self.out.extend_from_slice(b")Tj\n");
        }
    }
}

impl Ink for Content {
    fn begin_text(&mut self) {
        self.put(&[], b"BT");
    }

    fn end_text(&mut self) {
        self.put(&[], b"ET");
    }

    fn move_by(&mut self, x: i32, y: i32) {
        self.put(&[x, y], b"Td");
    }

    fn font(&mut self, face: usize, size: i32) {
        self.show();
        // Writing into memory does not fail.
        let _ = write!(self.out, "/F{face} ");
        self.put(&[size], b"Tf");
    }

    fn character(&mut self, _: char, cid: u16) {
        self.code(cid);
    }

    fn glyph(&mut self, cid: u16) {
        self.code(cid);
    }

    fn stand_for(&mut self, cid: u16, text: &str) {
        self.show();
        self.out.extend_from_slice(b"/Span<</ActualText<FEFF");
        for it in text.encode_utf16() {
            let _ = write!(self.out, "{it:04X}");
        }
        self.out.extend_from_slice(b">>>BDC\n");
        self.code(cid);
        self.put(&[], b"EMC");
    }

    fn fill_grey(&mut self, level: i32) {
        self.put(&[level], b"g");
    }

    fn stroke(&mut self, thickness: i32, level: i32) {
        self.put(&[thickness], b"w");
        self.put(&[level], b"G");
    }

    fn dash(&mut self, pattern: &[i32]) {
        self.show();
        self.out.push(b'[');
        for it in pattern {
            number(&mut self.out, *it);
        }
        self.out.extend_from_slice(b"]0 d\n");
    }

    fn path(&mut self, corners: &[(i32, i32)], is_closed: bool) {
        for (place, (x, y)) in corners.iter().enumerate() {
            self.put(&[*x, *y], if place == 0 { b"m" } else { b"l" });
        }
        self.put(&[], if is_closed { b"s" } else { b"S" });
    }

    fn rectangle(&mut self, (x, y): (i32, i32), (width, height): (i32, i32)) {
        self.put(&[x, y, width, height], b"re f");
    }

    fn form(&mut self, number: usize) {
        self.show();
        let _ = writeln!(self.out, "/X{number} Do");
    }

    fn finish(mut self: Box<Self>) -> Drawing {
        self.show();
        Drawing::Content(self.out)
    }
}

/// Writes a number of hundredths, as short as it can be, and a blank behind it.
pub(crate) fn number(out: &mut Vec<u8>, hundredths: i32) {
    // The longest is "-21474836.48 ".
    let mut digits = *b"             ";
    let mut at = digits.len() - 1;
    let mut put = |it: u8| {
        at -= 1;
        digits[at] = it;
    };
    let digit = |it: u32| b'0' + (it % 10) as u8;
    let (mut whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if part != 0 {
        if part % 10 != 0 {
            put(digit(part));
        }
        put(digit(part / 10));
        put(b'.');
    }
    loop {
        put(digit(whole));
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if hundredths < 0 {
        put(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(hundredths: i32) -> String {
        let mut out = Vec::new();
        number(&mut out, hundredths);
        String::from_utf8(out).expect("digits")
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let cases = [
            (0, "0 "),
            (5, "0.05 "),
            (50, "0.5 "),
            (-50, "-0.5 "),
            (100, "1 "),
            (-12345, "-123.45 "),
            (i32::MIN, "-21474836.48 "),
            (i32::MAX, "21474836.47 "),
        ];
        for (hundredths, text) in cases {
            assert_eq!(written(hundredths), text);
        }
    }

    proptest! {
        #[test]
        fn every_number_reads_as_what_it_was(hundredths: i32) {
            let read: f64 = written(hundredths).trim_end().parse().expect("a number");
            prop_assert_eq!((read * 100.0).round() as i64, i64::from(hundredths));
        }
    }

    #[test]
    fn codes_that_look_like_syntax_are_escaped() {
        let mut content = Box::new(Content::new());
        for cid in [0x2829, 0x5c0d, 0x0a41] {
            content.glyph(cid);
        }
        let Drawing::Content(out) = content.finish() else { panic!("it writes a content stream") };
        assert_eq!(out, b"(\\(\\)\\\\\\r\nA)Tj\n");
    }
}
