//! Where a slip stands: read off what happened to it, in whatever order that became known.

use time::{Date, OffsetDateTime, UtcOffset};

use super::{Invalid, Slip, is_forbidden_in_names};

/// The day it is in Japan, where slips are due and paid.
pub fn day_in_japan(at: OffsetDateTime) -> Date {
    at.to_offset(UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC)).date()
}

/// How a slip was taken out of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// 再発行: its next issue stands for it.
    Superseded,
    /// 取消: nothing stands for it.
    Voided,
}

impl Withdrawal {
    /// The word the database uses for the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Withdrawal::Superseded => "superseded",
            Withdrawal::Voided => "voided",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When there is no such withdrawal.
    pub fn parse(text: &str) -> Result<Withdrawal, Invalid> {
        match text {
            "superseded" => Ok(Withdrawal::Superseded),
            "voided" => Ok(Withdrawal::Voided),
            _ => Err(Invalid::new("withdrawal", "is not a withdrawal of a slip")),
        }
    }
}

/// What became known about a slip's payment: distinct payments of each kind. Two notices of one payment (the same
/// store, day and minute) are one, so that no order of files and no repetition changes the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payments {
    /// 確報.
    pub confirmed: i64,
    /// 速報.
    pub preliminary: i64,
    /// 速報取消.
    pub cancelled: i64,
}

impl Payments {
    /// How often the slip is paid, as far as is known. A confirmation may come without its preliminary notice, and a
    /// cancellation before it (domain.md 4.1: `01, 03, 01` is one payment).
    pub fn kept(self) -> i64 {
        self.confirmed.max(self.preliminary - self.cancelled).max(0)
    }

    /// What is known of the payment.
    pub fn state(self) -> PaymentState {
        match self {
            Payments { confirmed: 1.., .. } => PaymentState::Confirmed,
            _ if 0 < self.kept() => PaymentState::Preliminary,
            _ => PaymentState::None,
        }
    }
}

/// Whether a slip is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// Nobody paid, or the payment was cancelled.
    None,
    /// 速報: a store took the money.
    Preliminary,
    /// 確報: the payment is confirmed.
    Confirmed,
}

impl PaymentState {
    /// The word the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentState::None => "none",
            PaymentState::Preliminary => "preliminary",
            PaymentState::Confirmed => "confirmed",
        }
    }
}

/// Where a slip stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipState {
    /// To be paid.
    Issued,
    /// To be paid, but its last day is over.
    Expired,
    /// A store took the money.
    PreliminaryPaid,
    /// The payment is confirmed.
    Confirmed,
    /// Its next issue stands for it. Its paper can still be paid: see the payment.
    Superseded,
    /// Taken back. Its paper can still be paid: see the payment.
    Void,
}

impl SlipState {
    /// Every state there is.
    pub const ALL: [SlipState; 6] = [
        SlipState::Issued,
        SlipState::Expired,
        SlipState::PreliminaryPaid,
        SlipState::Confirmed,
        SlipState::Superseded,
        SlipState::Void,
    ];

    /// Reads the word the API uses.
    ///
    /// # Errors
    /// When there is no such state.
    pub fn parse(text: &str) -> Result<SlipState, Invalid> {
        let it = SlipState::ALL.into_iter().find(|it| it.as_str() == text);
        it.ok_or(Invalid::new(
            "state",
            "must be issued, expired, preliminary_paid, confirmed, superseded or void, with commas between several",
        ))
    }

    /// The word the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            SlipState::Issued => "issued",
            SlipState::Expired => "expired",
            SlipState::PreliminaryPaid => "preliminary_paid",
            SlipState::Confirmed => "confirmed",
            SlipState::Superseded => "superseded",
            SlipState::Void => "void",
        }
    }

    /// Whether the slip may be taken back or issued again: not when it was already, nor when it is paid.
    pub const fn is_open(self) -> bool {
        matches!(self, SlipState::Issued | SlipState::Expired)
    }
}

/// A slip, and what its state is read off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingSlip {
    /// The slip, which never changes.
    pub slip: Slip,
    /// How it was taken out of payment, if it was.
    pub withdrawal: Option<Withdrawal>,
    /// What became known of its payment.
    pub payments: Payments,
}

impl StandingSlip {
    /// Its state on a day.
    pub fn state(&self, today: Date) -> SlipState {
        match (self.withdrawal, self.payments.state()) {
            (Some(Withdrawal::Voided), _) => SlipState::Void,
            (Some(Withdrawal::Superseded), _) => SlipState::Superseded,
            (None, PaymentState::Confirmed) => SlipState::Confirmed,
            (None, PaymentState::Preliminary) => SlipState::PreliminaryPaid,
            (None, PaymentState::None) => match self.slip.due_date {
                Some(due) if due.date() < today => SlipState::Expired,
                _ => SlipState::Issued,
            },
        }
    }
}

/// Why somebody takes a slip back or issues it again, in their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads a reason.
    ///
    /// # Errors
    /// When it is blank, longer than 200 characters, or holds a control or reordering character.
    pub fn new(text: &str) -> Result<Reason, Invalid> {
        let blank = text.chars().all(char::is_whitespace);
        if blank || 200 < text.chars().count() || text.chars().any(is_forbidden_in_names) {
            return Err(Invalid::new("reason", "must be 1 to 200 characters without controls"));
        }
        Ok(Reason(text.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;
    use crate::domain::{
        AmountYen, BillNumber, CustomerName, CustomerNumber, DueDate, ReissueNumber, SlipId,
    };

    fn slip(withdrawal: Option<Withdrawal>, payments: Payments) -> StandingSlip {
        let id = SlipId {
            bill_number: BillNumber::new("0123456789012345").expect("fits"),
            reissue_number: ReissueNumber::FIRST,
        };
        let slip = Slip {
            id,
            customer_number: CustomerNumber::new("C1").expect("fits"),
            customer_name: CustomerName::new("淡路 太郎").expect("fits"),
            due_date: Some(DueDate::parse("2026-12-31").expect("a day")),
            revenue_stamp: false,
            amount_yen: AmountYen::new(10_800).expect("fits"),
        };
        StandingSlip { slip, withdrawal, payments }
    }

    fn paid(confirmed: i64, preliminary: i64, cancelled: i64) -> Payments {
        Payments { confirmed, preliminary, cancelled }
    }

    #[test]
    fn a_state_is_read_off_withdrawal_payments_and_the_day() {
        let (due, after) = (date!(2026 - 12 - 31), date!(2027 - 01 - 01));
        for (withdrawal, payments, today, wanted) in [
            (None, paid(0, 0, 0), due, "issued"),
            (None, paid(0, 0, 0), after, "expired"),
            (None, paid(0, 1, 0), after, "preliminary_paid"),
            (None, paid(0, 1, 1), due, "issued"),
            // 03 before its 01: not paid, not less than nothing.
            (None, paid(0, 0, 1), due, "issued"),
            (None, paid(0, 2, 1), due, "preliminary_paid"),
            (None, paid(1, 0, 0), due, "confirmed"),
            (Some(Withdrawal::Voided), paid(1, 1, 0), due, "void"),
            (Some(Withdrawal::Superseded), paid(0, 0, 0), after, "superseded"),
        ] {
            let it = slip(withdrawal, payments);
            assert_eq!(it.state(today).as_str(), wanted, "{withdrawal:?} {payments:?}");
        }
        assert_eq!(
            slip(Some(Withdrawal::Voided), paid(1, 0, 0)).payments.state().as_str(),
            "confirmed"
        );
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        for it in SlipState::ALL {
            assert_eq!(SlipState::parse(it.as_str()), Ok(it));
        }
        assert!(SlipState::parse("paid").is_err());
    }

    #[test]
    fn a_day_begins_in_japan() {
        assert_eq!(day_in_japan(datetime!(2026-12-31 14:59:59 UTC)), date!(2026 - 12 - 31));
        assert_eq!(day_in_japan(datetime!(2026-12-31 15:00 UTC)), date!(2027 - 01 - 01));
    }

    #[test]
    fn a_reason_is_some_words() {
        for bad in ["", "　 ", &"x".repeat(201), "a\u{202E}b", "a\nb"] {
            assert!(Reason::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Reason::new("宛名違い").expect("fits").as_str(), "宛名違い");
    }

    proptest! {
        #[test]
        fn only_an_open_slip_is_open(c in 0i64..3, p in 0i64..4, x in 0i64..4, w in 0..3) {
            let withdrawal = [None, Some(Withdrawal::Superseded), Some(Withdrawal::Voided)][w as usize];
            let it = slip(withdrawal, paid(c, p, x));
            let state = it.state(date!(2026 - 06 - 01));
            prop_assert_eq!(state.is_open(), withdrawal.is_none() && c == 0 && p <= x);
            prop_assert!(0 <= it.payments.kept());
        }
    }
}
