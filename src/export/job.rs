//! One export from the queue to an end that is written down. `run` draws it.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    export::{Exporter, jobs::Handle, lease, run::Ended},
    statements::{
        export_life::RenewLease,
        exports::{FailExport, Verdict},
    },
    wall::{self, CheckTicket, ExportTicket},
};

/// How long one waits that cannot begin: its biller has as many that run as it may, in other processes, or there is no
/// database. Also until an end that could not be written is tried again.
const BUSY: Duration = Duration::from_secs(1);

/// How often an end is tried to be written: for as long as the lease may last, which then says the rest.
const WRITES: u32 = 60;

/// One export, as its process holds it.
pub(super) struct Job {
    pub(super) exporter: Exporter,
    pub(super) ticket: ExportTicket,
    pub(super) check_ticket: CheckTicket,
    pub(super) handle: Arc<Handle>,
    /// Of the rows that were previewed, if they were.
    pub(super) fingerprint: Option<String>,
}

impl Job {
    /// Takes an export over that was just ordered: it waits in the queue, and its lease is renewed.
    pub(super) fn begin(
        exporter: Exporter,
        ticket: ExportTicket,
        check_ticket: CheckTicket,
        fingerprint: Option<String>,
    ) {
        let (tenant, id) = (ticket.tenant_id(), ticket.export_id());
        let handle = exporter.inner.jobs.begin(tenant, id);
        let queue = exporter.inner.queue.clone();
        let job = Arc::new(Job { exporter, ticket, check_ticket, handle, fingerprint });
        tokio::spawn(lease::renew(Arc::downgrade(&job)));
        queue.push(tenant, job.run());
    }

    /// Runs to an end that is written down, whatever happens; or goes back into the queue.
    fn run(self: Arc<Job>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move { self.run_once().await })
    }

    async fn run_once(self: Arc<Job>) {
        let (tenant, id) = (self.ticket.tenant_id(), self.ticket.export_id());
        // Cancelled while it waited: its ticket opens nothing any more.
        let ended = match self.handle.stops_at(0) {
            true => Err(Ended::ByDatabase(Verdict::Cancelled)),
            false => match self.exporter.inner.pool.enter_snapshot(&self.ticket).await {
                Ok(snapshot) => self.draw_check_release(snapshot).await,
                // It has not begun: a database that is away for a moment costs it nothing but time.
                Err(wall::Error::Unavailable) => Err(Ended::ByDatabase(Verdict::Busy)),
                Err(err) => Err(err.into()),
            },
        };
        match ended {
            Ok(()) => tracing::info!(export = %id.0, "export released"),
            Err(Ended::ByDatabase(Verdict::Busy)) => {
                let queue = self.exporter.inner.queue.clone();
                queue.push_later(tenant, self.run(), BUSY);
            }
            Err(Ended::ByDatabase(verdict)) => {
                tracing::info!(export = %id.0, ?verdict, "export ended by the database");
                self.shred().await;
            }
            // Its tickets are gone: somebody cancelled it, or its biller was suspended.
            Err(Ended::Db(wall::Error::CredentialRejected)) => {
                tracing::info!(export = %id.0, "export ended by somebody else");
                self.shred().await;
            }
            Err(ended) => {
                let (tripped, failure) = ended.failure();
                if tripped {
                    tracing::error!(export = %id.0, failure, "EXPORT TRIPPED: nothing was released");
                } else {
                    tracing::warn!(export = %id.0, failure, error = %ended, "export failed");
                }
                // If even this fails the lease runs out, and the job becomes `failed: interrupted`. A release of
                // which nobody knows whether it was committed is left to the upkeep, which asks.
                match self.write_failure(tripped, failure).await {
                    Ok(()) => self.shred().await,
                    Err(err) => {
                        tracing::warn!(export = %id.0, error = %err, "the failure could not be written");
                    }
                }
            }
        }
    }

    async fn write_failure(&self, tripped: bool, failure: &str) -> Result<(), wall::Error> {
        for _ in 1..WRITES {
            match self.try_write_failure(tripped, failure).await {
                // The database is what failed it, as a rule: it comes back, and the state is true then.
                Err(wall::Error::Unavailable) => tokio::time::sleep(BUSY).await,
                written => return written,
            }
        }
        self.try_write_failure(tripped, failure).await
    }

    async fn try_write_failure(&self, tripped: bool, failure: &str) -> Result<(), wall::Error> {
        let mut tx = self.exporter.inner.pool.enter_export(&self.ticket).await?;
        tx.fetch(&FailExport { tripped, failure: failure.to_owned() }).await?;
        tx.commit().await
    }

    /// Says that this process is alive; false when the export is over.
    pub(super) async fn renew_lease(&self) -> Result<bool, wall::Error> {
        let mut tx = self.exporter.inner.pool.enter_export(&self.ticket).await?;
        let under_way = tx.fetch_one(&RenewLease {}).await?;
        tx.commit().await?;
        Ok(under_way)
    }
}

/// Also when it panicked.
impl Drop for Job {
    fn drop(&mut self) {
        self.exporter.inner.jobs.end(self.ticket.tenant_id(), self.ticket.export_id());
    }
}
