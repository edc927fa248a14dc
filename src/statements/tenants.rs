//! Statements on the biller's own line. Their texts are in `sql/queries/tenants`.

use crate::{
    domain::{Issuer, IssuerCode, PrintedLine},
    statement,
    wall::Undecodable,
};

statement! { "tenants/issuer.sql",
    /// What the biller's slips say of their issuer; none when the operator has not entered it.
    pub struct AskIssuer {}
    rows_max = 1, owner = Row, row = Option<Issuer>, decode = |row| {
        let text = |column: &'static str| -> Result<Option<PrintedLine>, Undecodable> {
            let text: Option<&str> = row.try_get(column)?;
            Ok(text.map(|it| PrintedLine::new(column, it)).transpose()?)
        };
        let issuer_code: Option<&str> = row.try_get("issuer_code")?;
        let Some(issuer_code) = issuer_code else { return Ok(None) };
        Ok(Some(Issuer {
            issuer_code: IssuerCode::new(issuer_code)?,
            payee_name: text("payee_name")?.ok_or(Undecodable)?,
            collector_name: text("collector_name")?.ok_or(Undecodable)?,
            slip_purpose: text("slip_purpose")?,
            slip_remarks: text("slip_remarks")?,
        }))
    }
}
