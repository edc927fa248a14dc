//! The lease of a job: renewed while its process lives, also while the job waits.

use std::{sync::Weak, time::Duration};

use crate::{export::job::Job, wall};

/// Three times within the minute that a lease lasts.
const EVERY: Duration = Duration::from_secs(20);

/// Renews until the job is dropped or over.
pub(super) async fn renew(job: Weak<Job>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(job) = job.upgrade() else { return };
        match job.renew_lease().await {
            Ok(true) => {}
            Ok(false) | Err(wall::Error::CredentialRejected) => return,
            // It is tried again: a lease lasts for three tries.
            Err(err) => tracing::warn!(%err, "a lease could not be renewed"),
        }
    }
}
