//! 収納: a payment as a store told it, and what can be strange about one.

use time::Date;

use super::{BillNumber, Invalid, ReissueNumber, barcode::check_digit};

/// What kind of notice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentKind {
    /// 速報: the barcode was scanned and the money taken.
    Preliminary,
    /// 確報: the payment is settled.
    Confirmed,
    /// 速報取消: it was cancelled after the scan.
    PreliminaryCancelled,
}

impl PaymentKind {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentKind::Preliminary => "preliminary",
            PaymentKind::Confirmed => "confirmed",
            PaymentKind::PreliminaryCancelled => "preliminary_cancelled",
        }
    }

    /// Reads 種別. Codes of postal transfers (12, 22) and of real-time data (81) are none of ours.
    pub fn of_code(code: &str) -> Option<PaymentKind> {
        match code {
            "01" => Some(PaymentKind::Preliminary),
            "02" => Some(PaymentKind::Confirmed),
            "03" => Some(PaymentKind::PreliminaryCancelled),
            _ => None,
        }
    }
}

/// The 44 digits that a store scanned, kept as they came. They may be wrong: then the payment is an exception, because
/// the money is there all the same. Only bill number and reissue number are matched with a slip: a file may show
/// another due date than the paper has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    digits: String,
    bill_number: BillNumber,
    reissue_number: ReissueNumber,
}

impl Scanned {
    /// Reads what was scanned.
    ///
    /// # Errors
    /// When it is not 44 ASCII digits that begin with 91.
    pub fn new(text: &str) -> Result<Scanned, Invalid> {
        let bad = Invalid::new("barcode", "must be exactly 44 digits that begin with 91");
        if text.len() != 44
            || !text.bytes().all(|it| it.is_ascii_digit())
            || !text.starts_with("91")
        {
            return Err(bad);
        }
        let number = text[29..30].parse().map_err(|_| bad)?;
        Ok(Scanned {
            digits: text.to_owned(),
            bill_number: BillNumber::new(&text[13..29])?,
            reissue_number: ReissueNumber::new(number)?,
        })
    }

    /// All 44.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// 請求書発行企業コード: the collector's six digits.
    pub fn issuer_code(&self) -> &str {
        &self.digits[2..8]
    }

    /// 収納企業コード: whose slip it is.
    pub fn tenant_code(&self) -> &str {
        &self.digits[8..13]
    }

    /// 請求番号.
    pub fn bill_number(&self) -> &BillNumber {
        &self.bill_number
    }

    /// 再発行区分.
    pub fn reissue_number(&self) -> ReissueNumber {
        self.reissue_number
    }

    /// 支払金額, 0 to 999999 yen.
    pub fn amount_yen(&self) -> i32 {
        self.digits[37..43].bytes().fold(0, |it, b| it * 10 + i32::from(b - b'0'))
    }

    /// Whether the last digit follows from the others.
    pub fn check_digit_fits(&self) -> bool {
        fits(self.digits.as_bytes())
    }
}

/// Whether the last of 44 digits is the one that the trade's rule gives.
fn fits(digits: &[u8]) -> bool {
    let body = digits.first_chunk::<43>();
    body.is_some_and(|it| digits.last() == Some(&(b'0' + check_digit(it))))
}

/// One event of a settlement file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentEvent {
    /// Which kind.
    pub kind: PaymentKind,
    /// 種別 as the file has it, two digits.
    pub source_code: String,
    /// 収納日: the day at the store.
    pub paid_on: Date,
    /// 収納時刻, `HHMM`.
    pub paid_at: String,
    /// What was scanned.
    pub scanned: Scanned,
    /// What was paid, in yen.
    pub amount_yen: i32,
    /// Which chain of stores.
    pub chain_code: String,
    /// Which store of it; zeros for an app.
    pub store_code: String,
    /// データ作成日, or 取得日: when the event was written down.
    pub made_on: Option<Date>,
    /// 振込予定日.
    pub payout_on: Option<Date>,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// What is strange about a payment, so that a person must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentException {
    /// No slip has this bill number and reissue number.
    UnknownSlip,
    /// Another amount than the slip's.
    AmountDiffers,
    /// The bill was paid more than once, by whatever issue of it.
    PaidTwice,
    /// The slip is void.
    AfterVoid,
    /// Paid after the due date.
    AfterDue,
    /// The barcode's last digit is wrong.
    BadCheckDigit,
}

impl PaymentException {
    /// All of them.
    pub const ALL: &[PaymentException] = &[
        PaymentException::UnknownSlip,
        PaymentException::AmountDiffers,
        PaymentException::PaidTwice,
        PaymentException::AfterVoid,
        PaymentException::AfterDue,
        PaymentException::BadCheckDigit,
    ];

    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentException::UnknownSlip => "unknown_slip",
            PaymentException::AmountDiffers => "amount_differs",
            PaymentException::PaidTwice => "paid_twice",
            PaymentException::AfterVoid => "after_void",
            PaymentException::AfterDue => "after_due",
            PaymentException::BadCheckDigit => "bad_check_digit",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When there is no such exception.
    pub fn parse(text: &str) -> Result<PaymentException, Invalid> {
        let found = PaymentException::ALL.iter().find(|it| it.as_str() == text).copied();
        found.ok_or(Invalid::new("kind", "must be a kind of exception"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// domain.md 1.4: V1 and V8.
    const V1: &str = "91912345678900123456789012345015123100108002";
    const V8: &str = "91912345000420000000000028125099999900030003";

    #[test]
    fn a_scan_is_sliced_where_the_fields_are() {
        let it = Scanned::new(V1).expect("44 digits");
        assert_eq!((it.issuer_code(), it.tenant_code()), ("912345", "67890"));
        assert_eq!((it.bill_number().as_str(), it.reissue_number().get()), ("0123456789012345", 0));
        assert_eq!((it.amount_yen(), it.check_digit_fits()), (10_800, true));
        assert!(Scanned::new(V8).expect("44 digits").check_digit_fits());
        let wrong = format!("{}3", &V1[..43]);
        assert!(!Scanned::new(&wrong).expect("44 digits").check_digit_fits());
        for bad in
            [&V1[1..], "", "92912345678900123456789012345015123100108002", &V1.replace('5', "５")]
        {
            assert!(Scanned::new(bad).is_err(), "{bad}");
        }
    }
}
