//! 払込票: one payment slip, and its parts.

use super::{AmountYen, ConsumptionTaxYen, DueDate, Invalid, is_forbidden_in_names, is_overloaded};

/// 請求番号: sixteen digits, the biller's own number for a bill. Also the first key of every list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillNumber(String);

impl BillNumber {
    /// Digits in a bill number.
    pub const DIGITS: usize = 16;

    /// Reads a bill number.
    ///
    /// # Errors
    /// When the text is not exactly sixteen ASCII digits.
    pub fn new(text: &str) -> Result<BillNumber, Invalid> {
        if text.len() == Self::DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(BillNumber(text.to_owned()))
        } else {
            Err(Invalid::new("bill_number", "must be exactly 16 digits"))
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 再発行区分: how often the bill was issued again, 0 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReissueNumber(i16);

impl ReissueNumber {
    /// The first issue.
    pub const FIRST: ReissueNumber = ReissueNumber(0);

    /// Checks a number.
    ///
    /// # Errors
    /// When it is not between 0 and 9.
    pub fn new(number: i16) -> Result<ReissueNumber, Invalid> {
        if (0..=9).contains(&number) {
            Ok(ReissueNumber(number))
        } else {
            Err(Invalid::new("reissue_number", "must be 0 to 9"))
        }
    }

    /// The number.
    pub const fn get(self) -> i16 {
        self.0
    }

    /// The issue after this one; none after the ninth: then the bill needs another number.
    pub const fn next(self) -> Option<ReissueNumber> {
        if self.0 < 9 { Some(ReissueNumber(self.0 + 1)) } else { None }
    }
}

/// What a slip is called in a URL: `<bill_number>-<reissue_number>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlipId {
    /// The bill.
    pub bill_number: BillNumber,
    /// Which issue of it.
    pub reissue_number: ReissueNumber,
}

impl SlipId {
    /// Reads `0123456789012345-0`.
    ///
    /// # Errors
    /// When the text is not sixteen digits, a hyphen and one digit.
    pub fn parse(text: &str) -> Result<SlipId, Invalid> {
        let bad = Invalid::new("id", "must be <16-digit bill_number>-<reissue_number>");
        let (bill, reissue) = text.split_once('-').ok_or_else(|| bad.clone())?;
        let digit = match reissue.as_bytes() {
            [digit @ b'0'..=b'9'] => i16::from(digit - b'0'),
            _ => return Err(bad),
        };
        Ok(SlipId {
            bill_number: BillNumber::new(bill).map_err(|_| bad)?,
            reissue_number: ReissueNumber::new(digit)?,
        })
    }
}

impl std::fmt::Display for SlipId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.bill_number.as_str(), self.reissue_number.get())
    }
}

/// 顧客番号: the biller's own number for the person, 1 to 20 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerNumber(String);

impl CustomerNumber {
    /// Reads a customer number.
    ///
    /// # Errors
    /// When it is empty, longer than 20, or not printable ASCII without spaces.
    pub fn new(text: &str) -> Result<CustomerNumber, Invalid> {
        if (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(CustomerNumber(text.to_owned()))
        } else {
            Err(Invalid::new(
                "customer_number",
                "must be 1 to 20 printable ASCII characters without spaces",
            ))
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 顧客名: the person's name, at most 40 characters, exactly as the biller writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerName(String);

impl CustomerName {
    /// Reads a name. Nothing is normalised: 髙 stays 髙, and a variation selector stays where it is.
    ///
    /// # Errors
    /// When it is blank, longer than 40 characters, holds a control or reordering character, or piles up marks.
    pub fn new(text: &str) -> Result<CustomerName, Invalid> {
        let length = text.chars().count();
        let blank = text.chars().all(char::is_whitespace);
        if blank || 40 < length || text.chars().any(is_forbidden_in_names) {
            return Err(Invalid::new(
                "customer_name",
                "must be 1 to 40 characters without controls",
            ));
        }
        if is_overloaded(text) {
            return Err(Invalid::new("customer_name", "must not pile up marks on one character"));
        }
        Ok(CustomerName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a biller sends to register a slip. The stamp flag is not sent: it follows from the amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSlip {
    /// Its name.
    pub id: SlipId,
    /// The person's number.
    pub customer_number: CustomerNumber,
    /// The person's name.
    pub customer_name: CustomerName,
    /// The last day of payment, if there is one.
    pub due_date: Option<DueDate>,
    /// What is asked for.
    pub amount_yen: AmountYen,
    /// The tax inside, when it is to be printed.
    pub consumption_tax_yen: Option<ConsumptionTaxYen>,
}

/// A slip as it is stored: also one 明細 (row) of the list report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Its name.
    pub id: SlipId,
    /// The person's number.
    pub customer_number: CustomerNumber,
    /// The person's name.
    pub customer_name: CustomerName,
    /// The last day of payment, if there is one.
    pub due_date: Option<DueDate>,
    /// 印紙フラグ: the store must affix a revenue stamp. Fixed when the slip was issued.
    pub revenue_stamp: bool,
    /// What is asked for.
    pub amount_yen: AmountYen,
}
