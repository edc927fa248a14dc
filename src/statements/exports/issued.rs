//! Statements on slips that are printed: their blocks, and the second computation of their bars.

use time::Date;
use uuid::Uuid;

use super::{BLOCK_ROWS, Checked};
use crate::{
    domain::{ConsumptionTaxYen, Slip, SlipFilter, SlipId, TenantId},
    statement,
    statements::slips::{consumption_tax, decode_slip},
};

/// A slip to print, and whose it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedIssued {
    /// The row's own tenant.
    pub tenant_id: TenantId,
    /// The slip.
    pub slip: Slip,
    /// The tax line, if there is one.
    pub consumption_tax_yen: Option<ConsumptionTaxYen>,
}

statement! { "exports/issued_block.sql",
    /// The next block of slips to print.
    pub struct IssuedBlock {
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
    rows_max = 1_000, owner = Row, row = OwnedIssued, decode = |row| {
        let slip = decode_slip(row)?;
        let consumption_tax_yen = consumption_tax(row, slip.amount_yen)?;
        Ok(OwnedIssued { tenant_id: TenantId(row.try_get("tenant_id")?), slip, consumption_tax_yen })
    }
}

impl IssuedBlock {
    /// The block after `after` of what `filter` lets through.
    pub fn new(filter: &SlipFilter, after: Option<&SlipId>) -> IssuedBlock {
        IssuedBlock {
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
            rows: i64::from(BLOCK_ROWS),
        }
    }
}

statement! { "../checks/payment_slip.sql",
    /// Computes a `payment_slip` a second time, as the checker, every barcode too.
    pub struct CheckPaymentSlip { tenant_id: i32, export_id: Uuid }
    rows_max = 1, owner = Range, row = Checked, decode = |row| {
        Ok(Checked {
            rows: row.try_get("row_count")?,
            amount_yen: row.try_get("amount_yen")?,
            tenants: row.try_get("tenant_count")?,
            row_digests: row.try_get("row_digests")?,
        })
    }
}
