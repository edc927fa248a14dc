//! 支払期限: the last day a store takes the payment.

use super::Invalid;

/// A due date: a calendar day of 2000 to 2098. Later years are refused because `99xxxx` in the
/// barcode's YYMMDD is kept for "no due date" (`999999`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueDate(time::Date);

const FORMAT: &[time::format_description::BorrowedFormatItem<'static>] =
    time::macros::format_description!("[year]-[month]-[day]");

impl DueDate {
    /// Checks a day.
    ///
    /// # Errors
    /// When its year is not between 2000 and 2098.
    pub fn new(date: time::Date) -> Result<DueDate, Invalid> {
        if (2000..=2098).contains(&date.year()) {
            Ok(DueDate(date))
        } else {
            Err(Invalid::new("due_date", "must be a day of the years 2000 to 2098"))
        }
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When the text is no such day, or outside 2000 to 2098.
    pub fn parse(text: &str) -> Result<DueDate, Invalid> {
        let bad = Invalid::new("due_date", "must be a calendar day as YYYY-MM-DD");
        // `time` would also take a signed or a longer year.
        if text.len() != 10 {
            return Err(bad);
        }
        DueDate::new(time::Date::parse(text, FORMAT).map_err(|_| bad)?)
    }

    /// The day.
    pub const fn date(self) -> time::Date {
        self.0
    }

    /// `YYYY-MM-DD`, as the API writes it.
    pub fn iso(self) -> String {
        let date = self.0;
        format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}
