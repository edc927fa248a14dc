//! One cell: what a spreadsheet may make of it, and its bytes.

use std::borrow::Cow;

use crate::domain::CsvEncoding;

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), full-width forms included.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet takes for a formula. The apostrophe is to be seen, not a secret.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { format!("'{text}").into() } else { text.into() }
}

/// A cell as RFC 4180 wants it: quoted when it must be.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

/// The bytes of a text; `None` when the encoding lacks a part of it.
pub(super) fn encoded(text: &str, encoding: CsvEncoding) -> Option<Cow<'_, [u8]>> {
    match encoding {
        CsvEncoding::Utf8 => Some(text.as_bytes().into()),
        CsvEncoding::Cp932 => {
            let (bytes, _, lacks) = encoding_rs::SHIFT_JIS.encode(text);
            // The encoder takes a few characters for others (¥ for a backslash): only what comes back the same is
            // in the encoding.
            let back =
                encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes);
            (!lacks && back.is_some_and(|it| it == text)).then_some(bytes)
        }
    }
}
