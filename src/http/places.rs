//! How many files are taken in at once: the rows of each are held in memory until they are written.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use http::{HeaderValue, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    domain::TenantId,
    http::problem::{Problem, UPLOAD_BUSY},
};

/// Files at once. One takes what its rows take, at most 50,000 slips, and the statement that they become.
const AT_ONCE: usize = 4;

/// Places for files. Cheap to clone.
#[derive(Clone)]
pub(super) struct Places {
    permits: Arc<Semaphore>,
    busy: Arc<Mutex<HashSet<TenantId>>>,
}

/// One place. Freed when it is dropped.
pub(super) struct Place {
    tenant: TenantId,
    busy: Arc<Mutex<HashSet<TenantId>>>,
    _permit: OwnedSemaphorePermit,
}

impl Default for Places {
    fn default() -> Places {
        Places { permits: Arc::new(Semaphore::new(AT_ONCE)), busy: Arc::default() }
    }
}

impl Places {
    /// A place for a file of this tenant.
    ///
    /// # Errors
    /// When the tenant has a file under way, or all places are taken.
    pub fn take(&self, tenant: TenantId) -> Result<Place, Problem> {
        let busy = || {
            let wait = HeaderValue::from_static("5");
            Problem::new(&UPLOAD_BUSY).header(header::RETRY_AFTER, wait)
        };
        let permit = self.permits.clone().try_acquire_owned().map_err(|_| busy())?;
        // A poisoned lock still holds the set as it was.
        let mut tenants = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if !tenants.insert(tenant) {
            return Err(busy());
        }
        Ok(Place { tenant, busy: self.busy.clone(), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.tenant);
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Places};
    use crate::domain::TenantId;

    #[test]
    fn a_tenant_has_one_place_and_all_have_four() {
        let places = Places::default();
        let first = places.take(TenantId(1)).ok();
        assert!(first.is_some());
        assert_eq!(places.take(TenantId(1)).err().map(|it| it.slug()), Some("upload-busy"));
        let rest: Vec<_> = (2..=4).filter_map(|it| places.take(TenantId(it)).ok()).collect();
        assert_eq!(rest.len(), AT_ONCE - 1);
        assert!(places.take(TenantId(5)).is_err());
        drop(first);
        assert!(places.take(TenantId(1)).is_ok());
    }
}
