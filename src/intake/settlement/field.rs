//! Fields of settlement files: ASCII out of bytes, or nothing.

use time::{Date, Month};

/// Digits and nothing else.
pub(super) fn digits(bytes: &[u8]) -> Option<&str> {
    let plain = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    if plain { std::str::from_utf8(bytes).ok() } else { None }
}

/// `YYYYMMDD`.
pub(super) fn day(bytes: &[u8]) -> Option<Date> {
    let text = digits(bytes).filter(|it| it.len() == 8)?;
    let month = Month::try_from(text[4..6].parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(text[..4].parse().ok()?, month, text[6..].parse().ok()?);
    date.ok().filter(|it| (2000..=2099).contains(&it.year()))
}

/// A day that may be left out, as blanks or as zeros. None is no day at all.
pub(super) fn optional_day(bytes: &[u8]) -> Option<Option<Date>> {
    if bytes.iter().all(|it| matches!(it, b' ' | b'0')) {
        return Some(None);
    }
    day(bytes).map(Some)
}

/// `HHMM`, of at most four digits: zeros at the front may be lost.
pub(super) fn minute(bytes: &[u8]) -> Option<String> {
    let text = digits(bytes).filter(|it| it.len() <= 4)?;
    let number: u16 = text.parse().ok()?;
    (number / 100 < 24 && number % 100 < 60).then(|| format!("{number:04}"))
}

/// A code of a chain or a store: digits and letters, blanks at its end left out.
pub(super) fn code(bytes: &[u8]) -> Option<String> {
    let text = bytes.trim_ascii_end();
    let plain = !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric);
    if plain { String::from_utf8(text.to_vec()).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_strictly() {
        assert_eq!(minute(b"944"), Some("0944".to_owned()));
        assert_eq!(minute(b"2359"), Some("2359".to_owned()));
        for bad in [&b"2400"[..], b"0960", b"", b"12:00", b"00000"] {
            assert_eq!(minute(bad), None, "{bad:?}");
        }
        assert!(
            day(b"20261231").is_some() && day(b"20260230").is_none() && day(b"2026123").is_none()
        );
        assert_eq!(optional_day(b"        "), Some(None));
        assert_eq!(optional_day(b"00000000"), Some(None));
        assert_eq!(optional_day(b"2026x"), None);
        assert_eq!(code(b"0001234 "), Some("0001234".to_owned()));
        assert_eq!((code(b"   "), code(b"\x83\x41")), (None, None));
    }
}
