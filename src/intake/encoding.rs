//! Which characters the bytes of a file are: UTF-8 or CP932, and nothing in between.

use encoding_rs::{Decoder, DecoderResult, SHIFT_JIS, UTF_8};

/// An encoding that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// Windows-31J, what Windows in Japan calls Shift_JIS. 〜 and － become ～ and － (U+FF5E, U+FF0D) as Windows has it.
    Cp932,
}

impl Encoding {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Cp932 => "cp932",
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Encoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Encoding::Cp932 => SHIFT_JIS.new_decoder_without_bom_handling(),
        }
    }
}

/// Bytes decoded while they arrive, strictly: the first byte that is no text ends it.
pub(super) struct Decoding {
    encoding: Encoding,
    decoder: Decoder,
    /// Line feeds among the bytes so far.
    line_feeds: u64,
    broken: bool,
}

/// Bytes decoded in one step: what they become is three times as long at most.
const STEP: usize = 16 * 1024;

impl Decoding {
    pub fn new(encoding: Encoding) -> Decoding {
        Decoding { encoding, decoder: encoding.decoder(), line_feeds: 0, broken: false }
    }

    /// The same place of the same file, whose bytes were ASCII so far, in another encoding.
    pub fn fork(&self, encoding: Encoding) -> Decoding {
        Decoding { line_feeds: self.line_feeds, ..Decoding::new(encoding) }
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The line in which the bytes stopped being text, counted from 1, if they did.
    pub fn broken_line(&self) -> Option<u64> {
        // Neither encoding takes a line feed into a character that it cannot read.
        self.broken.then(|| self.line_feeds + 1)
    }

    /// Decodes the next bytes and appends their text.
    pub fn take(&mut self, piece: &[u8], text: &mut Vec<u8>) {
        for step in piece.chunks(STEP) {
            self.step(step, false, text);
        }
    }

    /// Decodes what no more bytes come after: half a character breaks it.
    pub fn finish(&mut self, text: &mut Vec<u8>) {
        self.step(&[], true, text);
    }

    fn step(&mut self, mut bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        while !self.broken {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            let before = text.len();
            text.resize(before + room.unwrap_or(4 * STEP), 0);
            let to = &mut text[before..];
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, to, last);
            text.truncate(before + written);
            self.line_feeds += bytes[..read].iter().filter(|it| **it == b'\n').count() as u64;
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.broken = true,
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The encoding in which every byte of a file makes sense: UTF-8 first, because text that is valid UTF-8 by
    /// accident is rare and can be overruled; then CP932. None when it is neither. What a file that is read in pieces
    /// must come to.
    pub(in crate::intake) fn detect(bytes: &[u8]) -> Option<Encoding> {
        if std::str::from_utf8(bytes).is_ok() {
            return Some(Encoding::Utf8);
        }
        let whole = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
        whole.map(|_| Encoding::Cp932)
    }

    fn text(bytes: &[u8], encoding: Encoding, size: usize) -> (String, Option<u64>) {
        let (mut decoding, mut text) = (Decoding::new(encoding), Vec::new());
        for piece in bytes.chunks(size) {
            decoding.take(piece, &mut text);
        }
        decoding.finish(&mut text);
        (String::from_utf8(text).expect("valid UTF-8 comes out"), decoding.broken_line())
    }

    #[test]
    fn both_encodings_are_told_apart_and_anything_else_is_neither() {
        assert_eq!(detect("請求番号".as_bytes()), Some(Encoding::Utf8));
        assert_eq!(detect(b"abc"), Some(Encoding::Utf8));
        assert_eq!(detect("\u{feff}請求".as_bytes()), Some(Encoding::Utf8));
        let (cp932, _, _) = SHIFT_JIS.encode("請求番号,髙﨑①");
        assert_eq!(detect(&cp932), Some(Encoding::Cp932));
        assert_eq!(detect(b"\xff\xfe\x00a"), None);
        assert_eq!(detect(b"\x81"), None, "half a character at the end");
    }

    #[test]
    fn the_mark_is_no_text_and_windows_decides_about_waves_and_dashes() {
        for size in 1..8 {
            assert_eq!(text("\u{feff}a".as_bytes(), Encoding::Utf8, size), ("a".to_owned(), None));
            let (read, broken) = text(b"\x81\x60\x81\x7c\xfb\xfc", Encoding::Cp932, size);
            assert_eq!((read.as_str(), broken), ("\u{ff5e}\u{ff0d}髙", None));
        }
    }

    #[test]
    fn the_line_of_the_first_bad_byte_is_known_wherever_the_pieces_end() {
        let mut bytes = "あ\n".repeat(STEP).into_bytes();
        let size = bytes.len();
        bytes.extend_from_slice(b"ab\xff\nabc");
        for piece in [1, 2, 3, 1_000, 1 << 20] {
            let (read, broken) = text(&bytes, Encoding::Utf8, piece);
            assert_eq!((read.len(), broken), (size + 2, Some(STEP as u64 + 1)));
            // A byte that begins a character, and a line feed that does not end it.
            let (read, broken) = text(b"a\nb\x81\nc", Encoding::Cp932, piece);
            assert_eq!((read.as_str(), broken), ("a\nb", Some(2)));
        }
    }
}
