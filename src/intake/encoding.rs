//! Which characters the bytes of a file are: UTF-8 or CP932, and nothing in between.

use std::io::{self, Read};

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

/// The encoding in which every byte of a file makes sense: UTF-8 first, because text that is valid UTF-8 by accident
/// is rare and can be overruled; then CP932. None when it is neither.
pub fn detect(bytes: &[u8]) -> Option<Encoding> {
    if std::str::from_utf8(bytes).is_ok() {
        return Some(Encoding::Utf8);
    }
    let mut buffer = [0; CHUNK];
    let mut text = Decoded::new(bytes, Encoding::Cp932);
    while text.read(&mut buffer).is_ok_and(|it| 0 < it) {}
    text.broken_at().is_none().then_some(Encoding::Cp932)
}

const CHUNK: usize = 16 * 1024;

/// Bytes decoded while they are read, strictly: the first byte that is no text ends it.
pub(super) struct Decoded<'a> {
    rest: &'a [u8],
    decoder: Decoder,
    consumed: usize,
    broken_at: Option<usize>,
    ended: bool,
    /// Decoded bytes that the reader had no room for.
    pending: Vec<u8>,
    given: usize,
}

impl<'a> Decoded<'a> {
    pub fn new(bytes: &'a [u8], encoding: Encoding) -> Decoded<'a> {
        Decoded {
            rest: bytes,
            decoder: encoding.decoder(),
            consumed: 0,
            broken_at: None,
            ended: false,
            pending: Vec::new(),
            given: 0,
        }
    }

    /// Where the bytes stopped being text, if they did.
    pub fn broken_at(&self) -> Option<usize> {
        self.broken_at
    }

    /// Decodes the next piece into `pending`.
    fn decode(&mut self) {
        self.pending.resize(CHUNK, 0);
        self.given = 0;
        let chunk = &self.rest[..self.rest.len().min(CHUNK)];
        let last = chunk.len() == self.rest.len();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(chunk, &mut self.pending, last);
        self.pending.truncate(written);
        self.consumed += read;
        self.rest = &self.rest[read..];
        match result {
            DecoderResult::InputEmpty if last => self.ended = true,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let back = usize::from(bad) + usize::from(after);
                self.broken_at = Some(self.consumed.saturating_sub(back));
                self.ended = true;
            }
        }
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.pending.len() && !self.ended {
            self.decode();
        }
        let ready = &self.pending[self.given..];
        let size = ready.len().min(buffer.len());
        buffer[..size].copy_from_slice(&ready[..size]);
        self.given += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> (String, Option<usize>) {
        let mut decoded = Decoded::new(bytes, encoding);
        let mut text = String::new();
        decoded.read_to_string(&mut text).expect("valid UTF-8 comes out");
        (text, decoded.broken_at())
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
        assert_eq!(text("\u{feff}a".as_bytes(), Encoding::Utf8), ("a".to_owned(), None));
        let (read, broken) = text(b"\x81\x60\x81\x7c\xfb\xfc", Encoding::Cp932);
        assert_eq!((read.as_str(), broken), ("\u{ff5e}\u{ff0d}髙", None));
    }

    #[test]
    fn the_place_of_the_first_bad_byte_is_known_over_chunks() {
        let mut bytes = "あ".repeat(CHUNK).into_bytes();
        let place = bytes.len();
        bytes.extend_from_slice(b"\xffabc");
        let (read, broken) = text(&bytes, Encoding::Utf8);
        assert_eq!((read.len(), broken), (place, Some(place)));
    }
}
