//! Figures and dates as reports print them.

use time::OffsetDateTime;
use time::macros::offset;

use crate::domain::{DueDate, ExportId};

/// `1234567` as `1,234,567`.
pub(super) fn thousands(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 2);
    if value < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if 0 < place && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `YYYY/MM/DD`, or 期限なし.
pub(super) fn due(date: Option<DueDate>) -> String {
    match date.map(DueDate::date) {
        None => "期限なし".to_owned(),
        Some(it) => format!("{:04}/{:02}/{:02}", it.year(), u8::from(it.month()), it.day()),
    }
}

/// A moment in Japan's time, which has no summer time.
pub(super) fn in_japan(at: OffsetDateTime) -> OffsetDateTime {
    at.to_offset(offset!(+9))
}

/// `2026/11/26 11:20:00 JST`.
pub(super) fn moment(at: OffsetDateTime) -> String {
    let at = in_japan(at);
    format!(
        "{:04}/{:02}/{:02} {:02}:{:02}:{:02} JST",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// 短縮コード: the last eight hexadecimal digits of an export's name, for the telephone. Not the first
/// ones: those of a version 7 UUID are a clock, the same for all exports of a minute.
pub fn short_code(id: ExportId) -> String {
    let digits = id.0.simple().to_string().to_uppercase();
    format!("{}-{}", &digits[24..28], &digits[28..])
}

/// The first twelve hexadecimal digits of a page digest.
pub(super) fn digest_head(digest: &[u8; 32]) -> String {
    hex::encode(&digest[..6])
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn thousands_are_parted_from_the_right() {
        let texts = [0, 7, 999, 1_000, 12_345, 300_000, 12_000_000_000, -1_234].map(thousands);
        let expected = ["0", "7", "999", "1,000", "12,345", "300,000", "12,000,000,000", "-1,234"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn moments_are_printed_in_japan_whatever_the_offset() {
        assert_eq!(moment(datetime!(2026-03-31 15:04:05 UTC)), "2026/04/01 00:04:05 JST");
        assert_eq!(moment(datetime!(2026-03-31 15:04:05 -5)), "2026/04/01 05:04:05 JST");
    }

    #[test]
    fn the_short_code_is_the_random_end_of_the_name() {
        let id = uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d");
        assert_eq!(short_code(ExportId(id)), "6A1B-2C3D");
    }
}
