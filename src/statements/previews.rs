//! Statements on what an export would be. Their texts are in `sql/queries/previews`.

use time::Date;

use crate::{domain::SlipFilter, statement};

statement! { "previews/fingerprint.sql",
    /// A text that is another one when the rows of a filter are.
    pub struct Fingerprint {
        bill_number_low: String,
        bill_number_high: String,
        reissue_number: Option<i16>,
        customer_number: Option<String>,
        due_from: Option<Date>,
        due_to: Option<Date>,
        amount_from: Option<i32>,
        amount_to: Option<i32>,
    }
    rows_max = 1, owner = Range, row = String, decode = |row| Ok(row.try_get("fingerprint")?)
}

impl Fingerprint {
    /// Of what `filter` lets through.
    pub fn new(filter: &SlipFilter) -> Fingerprint {
        Fingerprint {
            bill_number_low: filter.bill_number_low().to_owned(),
            bill_number_high: filter.bill_number_high().to_owned(),
            reissue_number: filter.reissue_number(),
            customer_number: filter.customer_number().map(str::to_owned),
            due_from: filter.due_from(),
            due_to: filter.due_to(),
            amount_from: filter.amount_from(),
            amount_to: filter.amount_to(),
        }
    }
}

/// How large the biller's released exports usually are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// How many were looked at; 200 at most.
    pub exports: i64,
    /// Nineteen of twenty had no more rows than this.
    pub rows_p95: Option<i32>,
}

statement! { "previews/usual.sql",
    /// How large the biller's released exports of a report usually are.
    pub struct AskUsual { report: String }
    rows_max = 1, owner = Range, row = Usual, decode = |row| {
        Ok(Usual { exports: row.try_get("exports")?, rows_p95: row.try_get("rows_p95")? })
    }
}
