//! Who issues a slip: what of the biller and of its collector is printed on every one.

use super::{Invalid, is_forbidden_in_names, is_overloaded};

/// 請求書発行企業コード: six digits of the collector (収納代行会社), its GS1 company code without the leading 4.
/// So it begins with 9 or 5 (Japan's prefixes are 49 and 45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerCode(String);

impl IssuerCode {
    /// Reads a code.
    ///
    /// # Errors
    /// When the text is not six ASCII digits, the first of them 9 or 5.
    pub fn new(text: &str) -> Result<IssuerCode, Invalid> {
        let digits = text.len() == 6 && text.bytes().all(|it| it.is_ascii_digit());
        if digits && (text.starts_with('9') || text.starts_with('5')) {
            Ok(IssuerCode(text.to_owned()))
        } else {
            Err(Invalid::new("issuer_code", "must be 6 digits that begin with 9 or 5"))
        }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that a slip has a line for: 1 to 40 characters. More would not fit its place in a readable size,
/// and is refused here, never cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedLine(String);

impl PrintedLine {
    /// Characters at most.
    pub const CHARS_MAX: usize = 40;

    /// Reads the text of a field.
    ///
    /// # Errors
    /// When it is blank, longer than 40 characters, holds a control or reordering character, or piles up marks.
    pub fn new(field: &'static str, text: &str) -> Result<PrintedLine, Invalid> {
        let blank = text.chars().all(char::is_whitespace);
        let long = Self::CHARS_MAX < text.chars().count();
        if blank || long || text.chars().any(is_forbidden_in_names) {
            return Err(Invalid::new(field, "must be 1 to 40 characters without controls"));
        }
        if is_overloaded(text) {
            return Err(Invalid::new(field, "must not pile up marks on one character"));
        }
        Ok(PrintedLine(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a biller's slips say besides the bill. Entered by the operator; without it no slip is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// 請求書発行企業コード.
    pub issuer_code: IssuerCode,
    /// 受取人: to whom the money goes.
    pub payee_name: PrintedLine,
    /// 収納代行会社: who collects it at the store.
    pub collector_name: PrintedLine,
    /// 商品代金: what the money is for, as the receipt says it.
    pub slip_purpose: Option<PrintedLine>,
    /// 備考 on the store's panel.
    pub slip_remarks: Option<PrintedLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_code_is_a_japanese_company_code_without_its_four() {
        for good in ["912345", "500000", "959919"] {
            assert_eq!(IssuerCode::new(good).expect("a code").as_str(), good);
        }
        for bad in ["412345", "91234", "9123456", "91234x", "９12345", ""] {
            assert!(IssuerCode::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_printed_line_is_short_and_prints() {
        assert!(PrintedLine::new("payee_name", &"東".repeat(40)).is_ok());
        for bad in [&"東".repeat(41), "", "　", "a\u{202E}b", "a\nb"] {
            let error = PrintedLine::new("payee_name", bad).expect_err("refused");
            assert_eq!(error.field, "payee_name");
        }
    }
}
