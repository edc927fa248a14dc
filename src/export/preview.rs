//! What an export would be: counted, summed and compared, before anything is ordered.

use crate::{
    auth::VerifiedSession,
    domain::{ReportKind, Scope, Slip},
    export::Exporter,
    report,
    statements::{
        exports::{IssuedBlock, SlipBlock},
        previews::{AskUsual, Fingerprint, Usual},
        slips::{Part, SplitSlips, TotalSlips},
    },
    wall,
};

/// Rows that are shown.
const FIRST_ROWS: i64 = 20;
/// Fewer exports than this say nothing of what is usual.
const USUAL_EXPORTS_MIN: i64 = 5;

/// What an export would be.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Rows.
    pub rows: u64,
    /// Pages of rows.
    pub pages: u32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// The first rows, 20 at most.
    pub first_rows: Vec<Slip>,
    /// Another text when the rows are others.
    pub fingerprint: String,
    /// What this biller usually exports.
    pub usual: Usual,
    /// What its reader should think about before ordering.
    pub warnings: Vec<Warning>,
}

/// What to think about before ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// More rows than nineteen of twenty of the biller's exports.
    LargerThanUsual {
        /// Rows that nineteen of twenty do not exceed.
        rows_p95: i32,
    },
    /// Every slip that the biller has.
    EverySlip,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// More rows than the report takes.
    #[error("counted {counted} rows, more than a report takes")]
    TooLarge {
        /// Rows that match now.
        counted: u64,
        /// Rows that the report takes.
        rows_max: u32,
        /// How the wish could be cut.
        parts: Vec<Part>,
    },
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

impl Exporter {
    /// Looks at what an export would be, all of it in one snapshot.
    ///
    /// # Errors
    /// When there are more rows than the report takes, or the database cannot be asked.
    pub async fn preview(
        &self,
        session: &VerifiedSession,
        report: ReportKind,
        scope: &Scope,
    ) -> Result<Preview, PreviewError> {
        let filter = scope.filter();
        let mut tx = self.inner.pool.enter_look(session).await?;
        let payable = report.is_of_payable_slips();
        let totals = TotalSlips::new(&filter, super::run::today()).payable(payable);
        let totals = tx.fetch_one(&totals).await?;
        let rows = u64::try_from(totals.rows).unwrap_or(0);
        let kind = report::of(report);
        if u64::from(kind.rows_max) < rows {
            let parts = tx.fetch(&SplitSlips::new(&filter, kind.rows_max).payable(payable)).await?;
            return Err(PreviewError::TooLarge { counted: rows, rows_max: kind.rows_max, parts });
        }
        let first_rows: Vec<Slip> = if payable {
            let block = IssuedBlock { rows: FIRST_ROWS, ..IssuedBlock::new(&filter, None) };
            tx.fetch(&block).await?.into_iter().map(|it| it.slip).collect()
        } else {
            let block = SlipBlock { rows: FIRST_ROWS, ..SlipBlock::new(&filter, None) };
            tx.fetch(&block).await?.into_iter().map(|it| it.slip).collect()
        };
        let fingerprint = tx.fetch_one(&Fingerprint::new(&filter)).await?;
        let usual = tx.fetch_one(&AskUsual { report: report.as_str().to_owned() }).await?;
        tx.commit().await?;
        Ok(Preview {
            rows,
            pages: kind.pages(u32::try_from(rows).unwrap_or(u32::MAX)),
            amount_yen: totals.amount_yen,
            first_rows,
            fingerprint,
            usual,
            warnings: warnings(rows, scope, usual),
        })
    }
}

fn warnings(rows: u64, scope: &Scope, usual: Usual) -> Vec<Warning> {
    let mut res = Vec::new();
    if let Some(rows_p95) = usual.rows_p95.filter(|_| USUAL_EXPORTS_MIN <= usual.exports)
        && u64::try_from(rows_p95).unwrap_or(0) < rows
    {
        res.push(Warning::LargerThanUsual { rows_p95 });
    }
    if *scope == Scope::All {
        res.push(Warning::EverySlip);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::{Warning, warnings};
    use crate::{
        domain::{Scope, SlipFilter},
        statements::previews::Usual,
    };

    #[test]
    fn a_warning_needs_something_to_compare_with() {
        let one = SlipFilter::open().with("customer_number", "C1").expect("a condition");
        let one = Scope::filtered(one).expect("not empty");
        let usual = |exports, rows_p95| Usual { exports, rows_p95 };
        assert_eq!(warnings(500, &one, usual(0, None)), []);
        assert_eq!(warnings(500, &one, usual(4, Some(10))), []);
        assert_eq!(warnings(10, &one, usual(5, Some(10))), []);
        let larger = Warning::LargerThanUsual { rows_p95: 10 };
        assert_eq!(warnings(11, &one, usual(5, Some(10))), [larger]);
        assert_eq!(warnings(11, &Scope::All, usual(5, Some(10))), [larger, Warning::EverySlip]);
    }
}
