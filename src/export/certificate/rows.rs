//! The digests of a biller's own rows, computed as the export computed them.

use serde_json::Value;

use crate::{
    domain::{ConsumptionTaxYen, Issuer, IssuerCode, PrintedLine, ReportKind, Slip, TenantCode},
    export::certificate::verify::text,
    report::{
        digest::{Digest, Rows, issued_digest, row_digest},
        payment_slip::payload,
    },
};

/// A row of the biller's own.
pub(super) struct Own {
    /// Where it stands in the file that was given.
    pub line: u64,
    pub slip: Slip,
    /// For a slip that is printed.
    pub tax: Option<ConsumptionTaxYen>,
}

/// What a certificate says its rows' digests are made with.
pub(super) struct Recipe {
    salt: Vec<u8>,
    /// What stands on every slip of a file of slips.
    stamped: Option<(TenantCode, Issuer)>,
}

impl Recipe {
    /// None when the certificate does not say it.
    pub(super) fn of(claims: &Value) -> Option<Recipe> {
        // A certificate of an earlier version has no salt.
        let salt = hex::decode(text(claims, "/rows/salt").unwrap_or("")).ok()?;
        let stamped = match ReportKind::parse(text(claims, "/report")?).ok()? {
            ReportKind::PaymentSlip => {
                let code = TenantCode::new(text(claims, "/tenant")?).ok()?;
                Some((code, issuer(claims.get("issuer")?)?))
            }
            ReportKind::SlipList | ReportKind::SlipCsv => None,
        };
        Some(Recipe { salt, stamped })
    }

    /// Whether a row has a tax line besides its seven columns.
    pub(super) fn takes_tax(&self) -> bool {
        self.stamped.is_some()
    }

    /// The digest that this row has in the file, if it is in it. The bars of a slip are made anew.
    pub(super) fn digest(&self, own: &Own) -> Digest {
        match &self.stamped {
            None => row_digest(&self.salt, &own.slip),
            Some((code, issuer)) => {
                let payload = payload(&own.slip, code, issuer);
                issued_digest(&self.salt, &own.slip, own.tax, &payload, issuer)
            }
        }
    }
}

fn issuer(claim: &Value) -> Option<Issuer> {
    let line = |field| PrintedLine::new(field, claim[field].as_str()?).ok();
    // A line that is there and is none makes the whole none.
    let maybe = |field| if claim[field].is_null() { Some(None) } else { line(field).map(Some) };
    Some(Issuer {
        issuer_code: IssuerCode::new(claim["issuer_code"].as_str()?).ok()?,
        payee_name: line("payee_name")?,
        collector_name: line("collector_name")?,
        slip_purpose: maybe("slip_purpose")?,
        slip_remarks: maybe("slip_remarks")?,
    })
}

/// What a list of these rows has: its root, and the root of its pages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roots {
    pub rows: Digest,
    pub pages: Digest,
}

/// The roots of rows in the order of a list, with so many on a page.
pub(super) fn roots(digests: &[Digest], rows_per_page: usize) -> Roots {
    // A list without rows has one page without rows.
    let mut pages: Vec<Digest> = digests.chunks(rows_per_page.max(1)).map(Rows::of).collect();
    if pages.is_empty() {
        pages.push(Rows::of(&[]));
    }
    Roots { rows: Rows::of(digests), pages: Rows::of(&pages) }
}
