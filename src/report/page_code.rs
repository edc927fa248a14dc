//! 照会番号: the code at the foot of every page. It names export and page, and nobody else can make one.
//!
//! Sixteen bytes of the export's name, three of the page, six of a MAC, as forty characters of Crockford's base 32
//! in groups of four. A piece of paper with this line on it is enough; no database is asked.

use aws_lc_rs::hmac;

use crate::domain::ExportId;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BYTES: usize = 25;
const MAC_AT: usize = 19;

/// Makes the codes of one export.
#[derive(Clone)]
pub struct PageCodes {
    key: hmac::Key,
    export_id: ExportId,
}

/// A code that was read from a page.
pub struct PageCode;

/// What a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// One of our own codes.
    Ours {
        /// The export.
        export_id: ExportId,
        /// The page, from 1; 0 for a cover.
        page: u32,
    },
    /// It has the form of a code, and no key of ours made it: forged, or a character was misread.
    Forged,
    /// It has not the form of a code.
    NoCode,
}

impl PageCodes {
    /// Codes of an export, made with a key.
    pub fn new(key: &[u8; 32], export_id: ExportId) -> PageCodes {
        PageCodes { key: hmac::Key::new(hmac::HMAC_SHA256, key), export_id }
    }

    /// The code of a page; 0 is the cover.
    pub fn code(&self, page: u32) -> String {
        let mut bytes = [0; BYTES];
        bytes[..16].copy_from_slice(self.export_id.0.as_bytes());
        // No report of ours has 2^24 pages.
        bytes[16..MAC_AT].copy_from_slice(&page.to_be_bytes()[1..]);
        let mac = mac(&self.key, &bytes[..MAC_AT]);
        bytes[MAC_AT..].copy_from_slice(&mac.as_ref()[..BYTES - MAC_AT]);
        write(&bytes)
    }
}

impl std::fmt::Debug for PageCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageCodes").field("export_id", &self.export_id).finish_non_exhaustive()
    }
}

impl PartialEq for PageCodes {
    fn eq(&self, other: &PageCodes) -> bool {
        self.export_id == other.export_id && self.code(0) == other.code(0)
    }
}

impl Eq for PageCodes {}

impl PageCode {
    /// Tells whose code it is. Case, hyphens and blanks do not matter, and O, I and L are read as digits.
    pub fn recognise(text: &str, keys: &[[u8; 32]]) -> Recognised {
        let Some(bytes) = read(text) else { return Recognised::NoCode };
        let made_by = |key: &[u8; 32]| {
            let mac = mac(&hmac::Key::new(hmac::HMAC_SHA256, key), &bytes[..MAC_AT]);
            let ours = &mac.as_ref()[..BYTES - MAC_AT];
            aws_lc_rs::constant_time::verify_slices_are_equal(ours, &bytes[MAC_AT..]).is_ok()
        };
        if !keys.iter().any(made_by) {
            return Recognised::Forged;
        }
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[..16]);
        let page = u32::from_be_bytes([0, bytes[16], bytes[17], bytes[18]]);
        Recognised::Ours { export_id: ExportId(uuid::Uuid::from_bytes(id)), page }
    }
}

fn mac(key: &hmac::Key, body: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(b"shikiri page code 1\0");
    context.update(body);
    context.sign()
}

/// Five bytes are eight characters.
fn write(bytes: &[u8; BYTES]) -> String {
    let mut text = String::with_capacity(49);
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            if text.len() % 5 == 4 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[(bits >> (place * 5) & 31) as usize]));
        }
    }
    text
}

fn read(text: &str) -> Option<[u8; BYTES]> {
    let mut values = Vec::with_capacity(40);
    for c in text.chars().filter(|it| !matches!(it, '-' | ' ')) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        values.push(ALPHABET.iter().position(|it| char::from(*it) == c)? as u64);
        if 40 < values.len() {
            return None;
        }
    }
    if values.len() != 40 {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (eight, five) in values.chunks(8).zip(bytes.chunks_mut(5)) {
        let bits = eight.iter().fold(0_u64, |bits, value| bits << 5 | value);
        five.copy_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{PageCode, PageCodes, Recognised};
    use crate::domain::ExportId;

    const ID: ExportId = ExportId(uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d"));
    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_code_comes_back_however_it_is_typed() {
        let code = PageCodes::new(&KEY, ID).code(67);
        assert_eq!(code.len(), 49);
        let ours = Recognised::Ours { export_id: ID, page: 67 };
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        for text in [code.as_str(), &typed] {
            assert_eq!(PageCode::recognise(text, &[[1; 32], KEY]), ours, "{text}");
        }
    }

    // Computed with Python's hmac and base64 from the description above, not with this code.
    #[test]
    fn the_code_is_the_described_one() {
        let code = PageCodes::new(&KEY, ID).code(67);
        assert_eq!(code, "067K-R7KQ-N9YJ-Q72N-197P-M6SC-7M00-0GYY-7GGZ-P5H1");
    }

    #[test]
    fn what_no_key_of_ours_made_is_forged() {
        let code = PageCodes::new(&KEY, ID).code(67);
        assert_eq!(PageCode::recognise(&code, &[[8; 32]]), Recognised::Forged);
        for place in 0..code.len() {
            let mut changed = code.clone();
            let other = if code[place..].starts_with('Z') { "Y" } else { "Z" };
            changed.replace_range(place..=place, other);
            let found = PageCode::recognise(&changed, &[KEY]);
            assert!(matches!(found, Recognised::Forged | Recognised::NoCode), "{changed}");
        }
        for text in ["", "0677", &format!("{code}0"), &code[1..], "払込票", &code.replace('0', "U")]
        {
            assert_eq!(PageCode::recognise(text, &[KEY]), Recognised::NoCode, "{text}");
        }
    }
}
