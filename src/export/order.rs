//! The frozen wish: counted, compared with what was expected, written down.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    db::{
        self,
        statements::{
            certificates::RetainExport,
            exports::{OrderExport, scope_to_json},
            idempotency::{ExpireKeys, FindKey, PutKey},
            slips::{Part, SplitSlips, TotalSlips},
        },
    },
    domain::{ExportId, LIST_ROWS_MAX, ReportKind, Scope},
    export::{Exporter, run::Job},
};

/// What somebody wants exported.
#[derive(Debug, Clone)]
pub struct Order {
    /// The report.
    pub report: ReportKind,
    /// Which rows.
    pub scope: Scope,
    /// How many they expect. Another number refuses the order.
    pub expected_rows: u32,
    /// What for.
    pub purpose: Option<String>,
    /// Days for which the file is kept after its release; seven when none are said.
    pub retain_days: Option<u8>,
    /// Makes a retry harmless.
    pub key: Option<IdempotencyKey>,
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
        /// How the wish could be cut.
        parts: Vec<Part>,
    },
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
    Db(#[from] db::Error),
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
            tx.fetch(&ExpireKeys {}).await?;
            let find = FindKey {
                user_id: session.user_id().0,
                route: key.route.clone(),
                idempotency_key: key.key.clone(),
            };
            if let Some(before) = tx.fetch(&find).await?.pop() {
                let id = before.result_ids.first().and_then(|it| Uuid::parse_str(it).ok());
                return Err(match id {
                    Some(id) if before.body_digest == key.body_digest => {
                        OrderError::Replayed(ExportId(id))
                    }
                    _ => OrderError::KeyReused,
                });
            }
        }
        let filter = order.scope.filter();
        let totals = tx.fetch_one(&TotalSlips::new(&filter, super::run::today())).await?;
        let counted = u64::try_from(totals.rows).unwrap_or(0);
        if u64::from(LIST_ROWS_MAX) < counted {
            let parts = tx.fetch(&SplitSlips::new(&filter, LIST_ROWS_MAX)).await?;
            return Err(OrderError::TooLarge { counted, parts });
        }
        if counted != u64::from(order.expected_rows) {
            return Err(OrderError::RowCountMismatch { counted });
        }
        let id = ExportId(Uuid::now_v7());
        let statement = OrderExport {
            export_id: id.0,
            report: order.report.as_str().to_owned(),
            filter: scope_to_json(&order.scope),
            expected_rows: i32::try_from(counted).unwrap_or(i32::MAX),
            purpose: order.purpose,
        };
        let ordered = tx.fetch_one(&statement).await?.ok_or(OrderError::Quota)?;
        let tickets = ordered.into_tickets(tx.tenant_id(), id);
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
                db::Error::Taken { .. } => OrderError::KeyInProgress,
                err => err.into(),
            })?;
        }
        tx.commit().await?;
        let (ticket, check_ticket) = tickets;
        self.inner.queue.push(Job { ticket, check_ticket }.run(self.clone()));
        Ok(id)
    }
}
