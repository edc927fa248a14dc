//! The frozen wish: counted, compared with what was expected, written down.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::{ExportId, ReportKind, Scope, Wish},
    export::{Exporter, job::Job},
    report,
    statements::{
        certificates::RetainExport,
        exports::{OrderExport, options_to_json, scope_to_json},
        idempotency::{ExpireKeys, FindKey, PutKey},
        previews::Fingerprint,
        slips::{Part, SplitSlips, TotalSlips},
        tenants::AskIssuer,
    },
    wall::{self, SealedTx},
};

/// What somebody wants exported.
#[derive(Debug, Clone)]
pub struct Order {
    /// The report, with its options.
    pub report: Wish,
    /// Which rows.
    pub scope: Scope,
    /// How many they expect. Another number refuses the order.
    pub expected_rows: u32,
    /// What for.
    pub purpose: Option<String>,
    /// What was shown before, when there was a preview.
    pub previewed: Option<Previewed>,
    /// Days for which the file is kept after its release; seven when none are said.
    pub retain_days: Option<u8>,
    /// Makes a retry harmless.
    pub key: Option<IdempotencyKey>,
}

/// What a preview showed. The rows must still be those, when they are ordered and when they are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// Rows.
    pub rows: u64,
    /// [`crate::export::Preview::fingerprint`].
    pub fingerprint: String,
}

/// A client's own name for a request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// Method and path.
    pub route: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the body.
    pub body_digest: [u8; 32],
}

/// Why nothing was ordered.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Counted is not expected.
    #[error("counted {counted} rows")]
    RowCountMismatch {
        /// Rows that match now.
        counted: u64,
    },
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
    /// The rows are not those that were previewed.
    #[error("the rows have changed since the preview")]
    PreviewStale {
        /// Rows that match now.
        counted: u64,
    },
    /// The operator has not entered what the biller's slips say of their issuer.
    #[error("the biller has no issuer")]
    NoIssuer,
    /// The tenant has as many exports under way as it may.
    #[error("too many exports under way")]
    Quota,
    /// The same request was made before and ordered this.
    #[error("ordered before")]
    Replayed(ExportId),
    /// The key was used for another body.
    #[error("the key was used for another request")]
    KeyReused,
    /// The same request is being made right now.
    #[error("the same request is under way")]
    KeyInProgress,
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
}

impl Exporter {
    /// Orders an export and hands it to the queue.
    ///
    /// Count, comparison, order, audit event and idempotency record are one transaction: all or none.
    ///
    /// # Errors
    /// When it is refused; then nothing was written.
    pub async fn order(
        &self,
        session: &VerifiedSession,
        order: Order,
    ) -> Result<ExportId, OrderError> {
        let mut tx = self.inner.pool.enter(session).await?;
        if let Some(key) = &order.key {
            refuse_replay(&mut tx, session, key).await?;
        }
        let counted = count(&mut tx, &order).await?;
        let statement = OrderExport {
            report: order.report.kind().as_str().to_owned(),
            filter: scope_to_json(&order.scope),
            expected_rows: i32::try_from(counted).unwrap_or(i32::MAX),
            purpose: order.purpose,
            options: options_to_json(order.report),
        };
        let ordered = tx.fetch_one(&statement).await?.ok_or(OrderError::Quota)?;
        let id = ordered.export_id;
        let tickets = ordered.into_tickets(tx.tenant_id());
        if let Some(days) = order.retain_days {
            tx.fetch_one(&RetainExport { export_id: id.0, days: days.into() }).await?;
        }
        if let Some(key) = order.key {
            let put = PutKey {
                user_id: session.user_id().0,
                route: key.route,
                idempotency_key: key.key,
                body_digest: key.body_digest.to_vec(),
                result_ids: vec![id.0.to_string()],
            };
            tx.fetch(&put).await.map_err(|err| match err {
                wall::Error::Taken { .. } => OrderError::KeyInProgress,
                err => err.into(),
            })?;
        }
        let (ticket, check_ticket) = tickets;
        let fingerprint = order.previewed.map(|it| it.fingerprint);
        let exporter = self.clone();
        // Whoever asked may leave while this is committed: then it is ordered, and nobody but us can work on it.
        let begun = tokio::spawn(async move {
            tx.commit().await?;
            Job::begin(exporter, ticket, check_ticket, fingerprint);
            Ok(id)
        });
        begun.await.unwrap_or(Err(OrderError::Db(wall::Error::Unavailable)))
    }
}

/// Refuses a request whose key was used before.
async fn refuse_replay(
    tx: &mut SealedTx,
    session: &VerifiedSession,
    key: &IdempotencyKey,
) -> Result<(), OrderError> {
    tx.fetch(&ExpireKeys {}).await?;
    let find = FindKey {
        user_id: session.user_id().0,
        route: key.route.clone(),
        idempotency_key: key.key.clone(),
    };
    let Some(before) = tx.fetch(&find).await?.pop() else { return Ok(()) };
    let id = before.result_ids.first().and_then(|it| Uuid::parse_str(it).ok());
    Err(match id {
        Some(id) if before.body_digest == key.body_digest => OrderError::Replayed(ExportId(id)),
        _ => OrderError::KeyReused,
    })
}

/// Counts what is ordered, and refuses what is not what its orderer expects or the report takes.
async fn count(tx: &mut SealedTx, order: &Order) -> Result<u64, OrderError> {
    let filter = order.scope.filter();
    let payable = order.report.kind().is_of_payable_slips();
    let totals = TotalSlips::new(&filter, super::run::today()).payable(payable);
    let totals = tx.fetch_one(&totals).await?;
    let counted = u64::try_from(totals.rows).unwrap_or(0);
    let rows_max = report::of(order.report.kind()).rows_max;
    if u64::from(rows_max) < counted {
        let parts = tx.fetch(&SplitSlips::new(&filter, rows_max).payable(payable)).await?;
        return Err(OrderError::TooLarge { counted, rows_max, parts });
    }
    if let Some(previewed) = &order.previewed {
        let fingerprint = tx.fetch_one(&Fingerprint::new(&filter)).await?;
        if previewed.rows != counted || previewed.fingerprint != fingerprint {
            return Err(OrderError::PreviewStale { counted });
        }
    }
    if counted != u64::from(order.expected_rows) {
        return Err(OrderError::RowCountMismatch { counted });
    }
    if order.report.kind() == ReportKind::PaymentSlip
        && tx.fetch_one(&AskIssuer {}).await?.is_none()
    {
        return Err(OrderError::NoIssuer);
    }
    Ok(counted)
}
