//! 払込票: payment slips, one to a page. Three panels: 本部提出用 (headquarters), 店舗用 (store), 払込受領証 (receipt).
//!
//! The geometry is ours; what stands on each panel is the trade's. The payer's address is not printed
//! (住所等非表示払込書): it is stored nowhere. A store may take a slip of ours only after its chain has read one.

mod bar_code;
mod empty;
mod headquarters_stub;
mod layout;
mod proof;
mod receipt;
mod store_stub;
pub mod test_sheet;
mod writer;

use crate::domain::barcode::{Parts, Payload};
use crate::domain::{
    ConsumptionTaxYen, Issuer, PAYMENT_SLIPS_MAX, ReportKind, Slip, TenantCode, TenantId,
};
use crate::report::Report;

pub use writer::SlipWriter;

/// 払込票.
pub const REPORT: Report = Report {
    kind: ReportKind::PaymentSlip,
    title: "払込票",
    extension: "pdf",
    rows_per_page: 1,
    rows_max: PAYMENT_SLIPS_MAX,
};

/// A slip to print, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedIssued {
    /// The tenant that the database says the row belongs to.
    pub tenant_id: TenantId,
    /// The slip.
    pub slip: Slip,
    /// 内消費税等, when there is such a line.
    pub consumption_tax_yen: Option<ConsumptionTaxYen>,
}

/// The bars of a slip.
pub fn payload(slip: &Slip, tenant_code: &TenantCode, issuer: &Issuer) -> Payload {
    Payload::encode(&Parts {
        issuer_code: issuer.issuer_code.clone(),
        tenant_code: tenant_code.clone(),
        bill_number: slip.id.bill_number.clone(),
        reissue_number: slip.id.reissue_number,
        due_date: slip.due_date,
        revenue_stamp: slip.revenue_stamp,
        amount_yen: slip.amount_yen,
    })
}

/// Everything that stands on one slip.
struct Face<'a> {
    slip: &'a Slip,
    tax: Option<ConsumptionTaxYen>,
    payload: Payload,
}

impl Face<'_> {
    /// 請求番号 and 再発行区分, as seventeen digits.
    fn number(&self) -> String {
        format!("{}{}", self.slip.id.bill_number.as_str(), self.slip.id.reissue_number.get())
    }
}

#[cfg(test)]
mod tests;
