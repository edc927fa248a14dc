//! The 44 digits as a value: one that exists is whole, and its check digit is right.

use super::check_digit;
use crate::domain::{
    AmountYen, BillNumber, DueDate, Invalid, IssuerCode, ReissueNumber, TenantCode,
};

const FIELD: &str = "barcode";

/// `999999` in the place of a date.
const NO_DUE_DATE: &[u8] = b"999999";

/// What a payload is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// 請求書発行企業コード.
    pub issuer_code: IssuerCode,
    /// 収納企業コード.
    pub tenant_code: TenantCode,
    /// 請求番号.
    pub bill_number: BillNumber,
    /// 再発行区分.
    pub reissue_number: ReissueNumber,
    /// 支払期限.
    pub due_date: Option<DueDate>,
    /// 印紙フラグ.
    pub revenue_stamp: bool,
    /// 支払金額.
    pub amount_yen: AmountYen,
}

/// The 44 digits of a slip's barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payload([u8; 44]);

impl Payload {
    /// Digits in a payload.
    pub const DIGITS: usize = 44;

    /// Makes the digits of a slip.
    pub fn encode(parts: &Parts) -> Payload {
        let due = match parts.due_date.map(DueDate::date) {
            None => "999999".to_owned(),
            Some(it) => {
                format!("{:02}{:02}{:02}", it.year() % 100, u8::from(it.month()), it.day())
            }
        };
        let text = format!(
            "91{}{}{}{}{due}{}{:06}",
            parts.issuer_code.as_str(),
            parts.tenant_code.as_str(),
            parts.bill_number.as_str(),
            parts.reissue_number.get(),
            u8::from(parts.revenue_stamp),
            parts.amount_yen.get(),
        );
        let digits: [u8; 43] = text.as_bytes().try_into().expect("each part has its own length");
        let mut all = [0; 44];
        all[..43].copy_from_slice(&digits);
        all[43] = b'0' + check_digit(&digits);
        Payload(all)
    }

    /// Reads 44 digits and checks every rule there is about them.
    ///
    /// # Errors
    /// With the first rule that is broken. The digits themselves are in no error.
    pub fn parse(text: &str) -> Result<Payload, Invalid> {
        let bad = |rule| Err(Invalid::new(FIELD, rule));
        let Ok(digits) = <[u8; 44]>::try_from(text.as_bytes()) else {
            return bad("must be exactly 44 digits");
        };
        if !digits.iter().all(u8::is_ascii_digit) {
            return bad("must be exactly 44 digits");
        }
        let (body, check) = digits.split_first_chunk::<43>().expect("44 is more than 43");
        if check != [b'0' + check_digit(body)] {
            return bad("must end in its check digit: at least one digit is wrong");
        }
        let payload = Payload(digits);
        payload.read()?;
        Ok(payload)
    }

    /// Reads the digits as they are printed or typed: in two lines, with hyphens, parentheses and spaces.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_printed(text: &str) -> Result<Payload, Invalid> {
        let ink = |it: &char| !matches!(it, ' ' | '-' | '(' | ')' | '\r' | '\n' | '\t');
        // One more than there may be: what is longer is refused, and never held.
        let digits: String = text.chars().filter(ink).take(Self::DIGITS + 1).collect();
        Payload::parse(&digits)
    }

    /// What the digits mean.
    pub fn parts(&self) -> Parts {
        self.read().expect("both constructors make digits that read")
    }

    fn read(&self) -> Result<Parts, Invalid> {
        let bad = |rule| Invalid::new(FIELD, rule);
        if &self.0[..2] != b"91" {
            return Err(bad("must begin with the application identifier 91"));
        }
        let issuer_code = IssuerCode::new(self.text(2, 8))
            .map_err(|_| bad("must name an issuer that begins with 9 or 5 after the 91"))?;
        let stamp = match self.0[36] {
            b'0' => false,
            b'1' => true,
            _ => return Err(bad("must have 0 or 1 as its revenue stamp flag")),
        };
        Ok(Parts {
            issuer_code,
            tenant_code: TenantCode::new(self.text(8, 13))?,
            bill_number: BillNumber::new(self.text(13, 29))?,
            reissue_number: ReissueNumber::new(i16::from(self.0[29] - b'0'))?,
            due_date: self.due_date()?,
            revenue_stamp: stamp,
            amount_yen: AmountYen::new(self.number(37, 43))
                .map_err(|_| bad("must ask for 1 to 300000 yen"))?,
        })
    }

    fn due_date(&self) -> Result<Option<DueDate>, Invalid> {
        // First of all: a lenient reader of dates makes a day of it.
        if &self.0[30..36] == NO_DUE_DATE {
            return Ok(None);
        }
        let bad =
            Invalid::new(FIELD, "must have a day of 2000 to 2098, or 999999, as its due date");
        let month = u8::try_from(self.number(32, 34)).ok();
        let month = month.and_then(|it| time::Month::try_from(it).ok()).ok_or(bad.clone())?;
        let day = u8::try_from(self.number(34, 36)).map_err(|_| bad.clone())?;
        let year = 2000 + self.number(30, 32);
        let date = time::Date::from_calendar_date(year, month, day).map_err(|_| bad.clone())?;
        Ok(Some(DueDate::new(date).map_err(|_| bad)?))
    }

    /// The 44 digits.
    pub fn as_str(&self) -> &str {
        self.text(0, 44)
    }

    /// The two lines under the bars: `(91)912345-6789001234567890123450` and `151231-0-010800-2`.
    pub fn human_readable(&self) -> [String; 2] {
        let text = |from, to| self.text(from, to);
        [
            format!("(91){}-{}", text(2, 8), text(8, 30)),
            format!("{}-{}-{}-{}", text(30, 36), text(36, 37), text(37, 43), text(43, 44)),
        ]
    }

    fn text(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(&self.0[from..to]).expect("both constructors take ASCII digits alone")
    }

    /// At most six digits as a number.
    fn number(&self, from: usize, to: usize) -> i32 {
        self.0[from..to].iter().fold(0, |it, digit| it * 10 + i32::from(digit - b'0'))
    }
}
