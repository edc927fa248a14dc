//! Statements on payment slips. Their texts are in `sql/queries/slips`.

use time::Date;

use crate::{
    domain::{
        AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DueDate,
        IssuerCode, NewSlip, Payments, ReissueNumber, Slip, SlipFilter, SlipId, StandingSlip,
        TenantCode, Withdrawal, barcode::Parts,
    },
    statement,
    wall::{Row, Undecodable},
};

statement! { "slips/list.sql",
    /// Slips in order, after a given one, that meet every condition.
    pub struct ListSlips {
        after_bill_number: String,
        after_reissue_number: i16,
        bill_number_low: String,
        bill_number_high: String,
        reissue_number: Option<i16>,
        customer_number: Option<String>,
        due_from: Option<Date>,
        due_to: Option<Date>,
        amount_from: Option<i32>,
        amount_to: Option<i32>,
        rows: i64,
    }
    rows_max = 201, owner = Row, row = StandingSlip, decode = decode_standing
}

impl ListSlips {
    /// The first `rows` slips after `after` that `filter` lets through.
    pub fn new(filter: &SlipFilter, after: Option<&SlipId>, rows: u32) -> ListSlips {
        ListSlips {
            after_bill_number: after.map_or(String::new(), |it| it.bill_number.as_str().to_owned()),
            after_reissue_number: after.map_or(-1, |it| it.reissue_number.get()),
            bill_number_low: filter.bill_number_low().to_owned(),
            bill_number_high: filter.bill_number_high().to_owned(),
            reissue_number: filter.reissue_number(),
            customer_number: filter.customer_number().map(str::to_owned),
            due_from: filter.due_from(),
            due_to: filter.due_to(),
            amount_from: filter.amount_from(),
            amount_to: filter.amount_to(),
            rows: i64::from(rows),
        }
    }
}

statement! { "slips/get.sql",
    /// One slip by its name.
    pub struct GetSlip { bill_number: String, reissue_number: i16 }
    rows_max = 1, owner = Row, row = StandingSlip, decode = decode_standing
}

impl GetSlip {
    /// The slip of this name.
    pub fn new(id: &SlipId) -> GetSlip {
        GetSlip {
            bill_number: id.bill_number.as_str().to_owned(),
            reissue_number: id.reissue_number.get(),
        }
    }
}

/// What an export would hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Rows that match.
    pub rows: i64,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// How many need a revenue stamp.
    pub revenue_stamps: i64,
    /// How many are past their due date.
    pub overdue: i64,
    /// The first in order.
    pub first: Option<SlipId>,
    /// The last in order.
    pub last: Option<SlipId>,
    /// All slips of the tenant.
    pub tenant_rows: i64,
}

statement! { "slips/totals.sql",
    /// Counts and sums what matches.
    pub struct TotalSlips {
        bill_number_low: String,
        bill_number_high: String,
        reissue_number: Option<i16>,
        customer_number: Option<String>,
        due_from: Option<Date>,
        due_to: Option<Date>,
        amount_from: Option<i32>,
        amount_to: Option<i32>,
        today: Date,
        payable: bool,
    }
    rows_max = 1, owner = Range, row = Totals, decode = |row| {
        let slip = |column: &str| -> Result<Option<SlipId>, Undecodable> {
            let text: Option<String> = row.try_get(column)?;
            Ok(text.map(|it| SlipId::parse(&it)).transpose()?)
        };
        Ok(Totals {
            rows: row.try_get("row_count")?,
            amount_yen: row.try_get("amount_yen")?,
            revenue_stamps: row.try_get("revenue_stamps")?,
            overdue: row.try_get("overdue")?,
            first: slip("first_slip")?,
            last: slip("last_slip")?,
            tenant_rows: row.try_get("tenant_rows")?,
        })
    }
}

impl TotalSlips {
    /// Totals of what `filter` lets through; `today` (Asia/Tokyo) decides what is overdue.
    pub fn new(filter: &SlipFilter, today: Date) -> TotalSlips {
        TotalSlips {
            bill_number_low: filter.bill_number_low().to_owned(),
            bill_number_high: filter.bill_number_high().to_owned(),
            reissue_number: filter.reissue_number(),
            customer_number: filter.customer_number().map(str::to_owned),
            due_from: filter.due_from(),
            due_to: filter.due_to(),
            amount_from: filter.amount_from(),
            amount_to: filter.amount_to(),
            today,
            payable: false,
        }
    }

    /// Of these only what can be paid, when that is asked for: not what is void or has a next issue.
    pub fn payable(self, payable: bool) -> TotalSlips {
        TotalSlips { payable, ..self }
    }
}

/// One part of an export that is too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// First bill number of the part.
    pub bill_number_from: BillNumber,
    /// Last bill number of the part.
    pub bill_number_to: BillNumber,
    /// Rows in it.
    pub rows: i64,
}

statement! { "slips/split.sql",
    /// Cuts what matches into parts by bill number.
    pub struct SplitSlips {
        bill_number_low: String,
        bill_number_high: String,
        reissue_number: Option<i16>,
        customer_number: Option<String>,
        due_from: Option<Date>,
        due_to: Option<Date>,
        amount_from: Option<i32>,
        amount_to: Option<i32>,
        part_rows: i64,
        payable: bool,
    }
    rows_max = 200, owner = Range, row = Part, decode = |row| {
        let number = |column: &str| -> Result<BillNumber, Undecodable> {
            Ok(BillNumber::new(row.try_get::<_, &str>(column)?)?)
        };
        Ok(Part {
            bill_number_from: number("first_bill_number")?,
            bill_number_to: number("last_bill_number")?,
            rows: row.try_get("row_count")?,
        })
    }
}

impl SplitSlips {
    /// Parts of `part_rows` rows of what `filter` lets through.
    pub fn new(filter: &SlipFilter, part_rows: u32) -> SplitSlips {
        SplitSlips {
            bill_number_low: filter.bill_number_low().to_owned(),
            bill_number_high: filter.bill_number_high().to_owned(),
            reissue_number: filter.reissue_number(),
            customer_number: filter.customer_number().map(str::to_owned),
            due_from: filter.due_from(),
            due_to: filter.due_to(),
            amount_from: filter.amount_from(),
            amount_to: filter.amount_to(),
            part_rows: i64::from(part_rows),
            payable: false,
        }
    }

    /// Of these only what can be paid, when that is asked for.
    pub fn payable(self, payable: bool) -> SplitSlips {
        SplitSlips { payable, ..self }
    }
}

statement! { "slips/register.sql",
    /// Registers slips, all or none.
    pub struct RegisterSlips {
        bill_numbers: Vec<String>,
        reissue_numbers: Vec<i16>,
        customer_numbers: Vec<String>,
        customer_names: Vec<String>,
        due_dates: Vec<Option<Date>>,
        amounts_yen: Vec<i32>,
        consumption_taxes_yen: Vec<Option<i32>>,
    }
    rows_max = 50_000, owner = Row, row = Slip, decode = decode_slip
}

impl RegisterSlips {
    /// These slips, for the tenant that the transaction is sealed to.
    pub fn new(slips: &[NewSlip]) -> RegisterSlips {
        RegisterSlips {
            bill_numbers: slips.iter().map(|it| it.id.bill_number.as_str().to_owned()).collect(),
            reissue_numbers: slips.iter().map(|it| it.id.reissue_number.get()).collect(),
            customer_numbers: slips
                .iter()
                .map(|it| it.customer_number.as_str().to_owned())
                .collect(),
            customer_names: slips.iter().map(|it| it.customer_name.as_str().to_owned()).collect(),
            due_dates: slips.iter().map(|it| it.due_date.map(DueDate::date)).collect(),
            amounts_yen: slips.iter().map(|it| it.amount_yen.get()).collect(),
            consumption_taxes_yen: slips
                .iter()
                .map(|it| it.consumption_tax_yen.map(|tax| tax.get()))
                .collect(),
        }
    }
}

statement! { "slips/taken.sql",
    /// Which of these slips exist already.
    pub struct TakenSlips { bill_numbers: Vec<String>, reissue_numbers: Vec<i16> }
    rows_max = 50_000, owner = Row, row = SlipId, decode = decode_id
}

impl TakenSlips {
    /// Those of `ids` that exist.
    pub fn new<'a>(ids: impl Iterator<Item = &'a SlipId>) -> TakenSlips {
        let (bill_numbers, reissue_numbers) =
            ids.map(|it| (it.bill_number.as_str().to_owned(), it.reissue_number.get())).unzip();
        TakenSlips { bill_numbers, reissue_numbers }
    }
}

statement! { "slips/get_many.sql",
    /// These slips, in order of their names.
    pub struct GetSlips { bill_numbers: Vec<String>, reissue_numbers: Vec<i16> }
    rows_max = 1_000, owner = Row, row = StandingSlip, decode = decode_standing
}

impl GetSlips {
    /// Those of `ids` that exist.
    pub fn new<'a>(ids: impl Iterator<Item = &'a SlipId>) -> GetSlips {
        let (bill_numbers, reissue_numbers) =
            ids.map(|it| (it.bill_number.as_str().to_owned(), it.reissue_number.get())).unzip();
        GetSlips { bill_numbers, reissue_numbers }
    }
}

statement! { "slips/note_registered.sql",
    /// Writes a registration to the audit chain, in the transaction that made the slips: the database looks for them.
    pub struct NoteRegistered { bill_numbers: Vec<String>, reissue_numbers: Vec<i16> }
    rows_max = 1, owner = NoWitness("the number of the event that the door has just written"), row = i64, decode = |row| Ok(row.try_get("seq")?)
}

impl NoteRegistered {
    /// These slips were made.
    pub fn new<'a>(ids: impl Iterator<Item = &'a SlipId>) -> NoteRegistered {
        let (bill_numbers, reissue_numbers) =
            ids.map(|it| (it.bill_number.as_str().to_owned(), it.reissue_number.get())).unzip();
        NoteRegistered { bill_numbers, reissue_numbers }
    }
}

statement! { "slips/own_issued.sql",
    /// What the bars of one of the biller's slips are made of; none while the biller has no issuer code.
    pub struct OwnIssued { bill_number: String, reissue_number: i16 }
    rows_max = 1, owner = Row, row = Option<Parts>, decode = |row| {
        let issuer_code: Option<&str> = row.try_get("issuer_code")?;
        let Some(issuer_code) = issuer_code else { return Ok(None) };
        let SlipId { bill_number, reissue_number } = decode_id(row)?;
        let due_date: Option<Date> = row.try_get("due_date")?;
        Ok(Some(Parts {
            issuer_code: IssuerCode::new(issuer_code)?,
            tenant_code: TenantCode::new(row.try_get("tenant_code")?)?,
            bill_number,
            reissue_number,
            due_date: due_date.map(DueDate::new).transpose()?,
            revenue_stamp: row.try_get("revenue_stamp")?,
            amount_yen: AmountYen::new(row.try_get("amount_yen")?)?,
        }))
    }
}

impl OwnIssued {
    /// Of the slip of this name.
    pub fn new(bill_number: &BillNumber, reissue_number: ReissueNumber) -> OwnIssued {
        OwnIssued {
            bill_number: bill_number.as_str().to_owned(),
            reissue_number: reissue_number.get(),
        }
    }
}

/// The tax line of a row.
pub(in crate::statements) fn consumption_tax(
    row: &Row,
    amount: AmountYen,
) -> Result<Option<ConsumptionTaxYen>, Undecodable> {
    let tax: Option<i32> = row.try_get("consumption_tax_yen")?;
    Ok(tax.map(|it| ConsumptionTaxYen::new(it, amount)).transpose()?)
}

pub(super) fn decode_id(row: &Row) -> Result<SlipId, Undecodable> {
    Ok(SlipId {
        bill_number: BillNumber::new(row.try_get("bill_number")?)?,
        reissue_number: ReissueNumber::new(row.try_get("reissue_number")?)?,
    })
}

fn decode_standing(row: &Row) -> Result<StandingSlip, Undecodable> {
    let withdrawal: Option<&str> = row.try_get("withdrawn")?;
    Ok(StandingSlip {
        slip: decode_slip(row)?,
        withdrawal: withdrawal.map(Withdrawal::parse).transpose()?,
        payments: Payments {
            confirmed: row.try_get("confirmed")?,
            preliminary: row.try_get("preliminary")?,
            cancelled: row.try_get("cancelled")?,
        },
    })
}

pub(in crate::statements) fn decode_slip(row: &Row) -> Result<Slip, Undecodable> {
    let due_date: Option<Date> = row.try_get("due_date")?;
    Ok(Slip {
        id: decode_id(row)?,
        customer_number: CustomerNumber::new(row.try_get("customer_number")?)?,
        customer_name: CustomerName::new(row.try_get("customer_name")?)?,
        due_date: due_date.map(DueDate::new).transpose()?,
        revenue_stamp: row.try_get("revenue_stamp")?,
        amount_yen: AmountYen::new(row.try_get("amount_yen")?)?,
    })
}
