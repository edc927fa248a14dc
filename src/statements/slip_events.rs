//! Statements on a slip's life after its registration. Their texts are in `sql/queries/slips`.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::slips::decode_id;
use crate::{
    domain::{DueDate, Reason, SlipId, Withdrawal},
    statement,
    wall::Undecodable,
};

/// What came of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is withdrawn now.
    Done,
    /// Somebody was first.
    Before,
}

statement! { "slips/withdraw.sql",
    /// Takes a slip out of payment, once.
    pub struct WithdrawSlip { bill_number: String, reissue_number: i16, kind: String, reason: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on one slip"), row = Withdrawn, decode = |row| {
        match row.try_get("outcome")? {
            "done" => Ok(Withdrawn::Done),
            "withdrawn" => Ok(Withdrawn::Before),
            _ => Err(Undecodable),
        }
    }
}

impl WithdrawSlip {
    /// Withdraws this slip. For [`Withdrawal::Superseded`] its next issue must be there already.
    pub fn new(id: &SlipId, how: Withdrawal, reason: &Reason) -> WithdrawSlip {
        WithdrawSlip {
            bill_number: id.bill_number.as_str().to_owned(),
            reissue_number: id.reissue_number.get(),
            kind: how.as_str().to_owned(),
            reason: reason.as_str().to_owned(),
        }
    }
}

statement! { "slips/reissue.sql",
    /// Inserts the next issue of a slip.
    pub struct ReissueSlip { bill_number: String, reissue_number: i16, due_date: Option<Date> }
    rows_max = 1, owner = Row, row = SlipId, decode = decode_id
}

impl ReissueSlip {
    /// The issue after this one, due on that day.
    pub fn new(id: &SlipId, due_date: Option<DueDate>) -> ReissueSlip {
        ReissueSlip {
            bill_number: id.bill_number.as_str().to_owned(),
            reissue_number: id.reissue_number.get(),
            due_date: due_date.map(DueDate::date),
        }
    }
}

/// Something that happened to a slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipEvent {
    /// When it was written down here.
    pub at: OffsetDateTime,
    /// `registered`, `reissued`, `superseded`, `voided`, or the kind of a payment event.
    pub kind: String,
    /// Which user, when it was one.
    pub actor: Option<Uuid>,
    /// Their reason.
    pub reason: Option<String>,
    /// The issue before or after, when there is one.
    pub other_reissue_number: Option<i16>,
    /// For payments: the day at the store.
    pub paid_on: Option<Date>,
    /// For payments: the minute at the store, `HHMM`.
    pub paid_at: Option<String>,
    /// For payments: what was paid.
    pub amount_yen: Option<i32>,
}

statement! { "slips/events.sql",
    /// All that happened to one slip. No event at all: there is no such slip.
    pub struct ListSlipEvents { bill_number: String, reissue_number: i16 }
    rows_max = 1_000, owner = Row, row = SlipEvent, decode = |row| {
        Ok(SlipEvent {
            at: row.try_get("at")?,
            kind: row.try_get("kind")?,
            actor: row.try_get("actor")?,
            reason: row.try_get("reason")?,
            other_reissue_number: row.try_get("other_reissue_number")?,
            paid_on: row.try_get("paid_on")?,
            paid_at: row.try_get("paid_at")?,
            amount_yen: row.try_get("amount_yen")?,
        })
    }
}
