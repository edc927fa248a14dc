//! One cell: what it says, in plain characters, or why it says nothing.

use time::{Date, Month};

use crate::{domain::DueDate, intake::Code};

/// Characters that no cell may hold, whatever its column. The first that is found is told.
pub(super) fn forbidden(cell: &str) -> Option<Code> {
    // Most cells are plain: one look is enough for them.
    if cell.bytes().all(|it| (0x20..0x7f).contains(&it)) {
        return None;
    }
    cell.chars().find_map(|c| match c {
        c if c.is_control() => Some(Code::ControlCharacter),
        '\u{2028}' | '\u{2029}' => Some(Code::ControlCharacter),
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{061C}'
        | '\u{FEFF}' => Some(Code::DirectionMark),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => Some(Code::PrivateCharacter),
        '\u{FFFD}' => Some(Code::LostCharacter),
        _ => None,
    })
}

/// The cell with its full-width digits as plain ones; none when it has none.
pub(super) fn narrowed(cell: &str) -> Option<String> {
    let wide = |c: char| ('０'..='９').contains(&c);
    if !cell.contains(wide) {
        return None;
    }
    let narrow = |c: char| match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        c => c,
    };
    Some(cell.chars().map(narrow).collect())
}

/// `1.23457E+15`: what a spreadsheet makes of a long number.
pub(super) fn is_excel_number(cell: &str) -> bool {
    let upper = cell.to_ascii_uppercase();
    let Some((mantissa, exponent)) = upper.split_once("E+") else { return false };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
    let mantissa = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(exponent) && digits(mantissa.0) && digits(mantissa.1)
}

/// A number in digits and nothing else; none when it is longer than any of ours.
pub(super) fn digits(cell: &str) -> Option<i32> {
    let plain = !cell.is_empty() && cell.bytes().all(|it| it.is_ascii_digit());
    if plain { cell.parse().ok() } else { None }
}

/// A day as a file may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub due: DueDate,
    /// Whether zeros at the front were missing.
    pub short: bool,
}

/// `YYYY-MM-DD`, `YYYY/MM/DD`, or the latter without its zeros: a spreadsheet leaves them out. The year stands first
/// in each, so none of them has two meanings.
pub(super) fn day(cell: &str) -> Option<Day> {
    let sign = if cell.contains('/') { '/' } else { '-' };
    let mut parts = cell.split(sign);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |it: &str| it.bytes().all(|b| b.is_ascii_digit()).then(|| it.parse::<u8>().ok());
    let whole = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let short = month.len() + day.len() < 4;
    if parts.next().is_some() || !whole || (short && sign == '-') {
        return None;
    }
    let year = year.bytes().all(|b| b.is_ascii_digit()).then(|| year.parse::<i32>().ok())??;
    let month = Month::try_from(number(month)??).ok()?;
    let date = Date::from_calendar_date(year, month, number(day)??).ok()?;
    Some(Day { due: DueDate::new(date).ok()?, short })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheets_number_is_seen_and_a_customers_is_not() {
        for bad in ["1.23457E+15", "1E+15", "1.2e+3"] {
            assert!(is_excel_number(bad), "{bad}");
        }
        for good in ["1E15", "E+15", "A1E+15", "1.2.3E+1", "", "C-E+1x"] {
            assert!(!is_excel_number(good), "{good}");
        }
    }

    #[test]
    fn a_day_has_its_year_first() {
        let read = |text| day(text).map(|it| (it.due.iso(), it.short));
        assert_eq!(read("2026-12-31"), Some(("2026-12-31".to_owned(), false)));
        assert_eq!(read("2026/12/31"), Some(("2026-12-31".to_owned(), false)));
        assert_eq!(read("2026/1/5"), Some(("2026-01-05".to_owned(), true)));
        for bad in [
            "2026-1-5",
            "1/5/2026",
            "26/01/05",
            "2026/13/01",
            "2026/02/30",
            "20260105",
            "",
            "2026/01",
            "2026/01/05/1",
            "+026/01/05",
            "2026/+1/05",
            "1999/01/01",
            "R8/1/5",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn full_width_digits_become_plain_and_nothing_else_does() {
        assert_eq!(narrowed("１０8０"), Some("1080".to_owned()));
        assert_eq!(narrowed("1080"), None);
        assert_eq!(digits("1080"), Some(1080));
        for bad in ["", "1,080", "+1", "-1", " 1", "1.0", "99999999999", "１"] {
            assert_eq!(digits(bad), None, "{bad}");
        }
    }
}
