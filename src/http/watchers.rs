//! How many event streams each biller has open. Each holds a connection for as long as it is watched.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::TenantId;

/// Counts streams by tenant.
pub(super) struct Watchers {
    max: usize,
    open: Mutex<HashMap<TenantId, usize>>,
}

/// One place, given back when it is dropped.
pub(super) struct Place {
    watchers: Arc<Watchers>,
    tenant: TenantId,
}

impl Watchers {
    /// As many for each tenant.
    pub fn new(max: usize) -> Arc<Watchers> {
        Arc::new(Watchers { max, open: Mutex::default() })
    }

    /// A place, if the tenant has one left.
    pub fn take(self: &Arc<Watchers>, tenant: TenantId) -> Option<Place> {
        let mut open = self.lock();
        let taken = open.entry(tenant).or_default();
        if self.max <= *taken {
            return None;
        }
        *taken += 1;
        Some(Place { watchers: self.clone(), tenant })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.watchers.lock();
        if let Some(taken) = open.get_mut(&self.tenant) {
            *taken -= 1;
            if *taken == 0 {
                open.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Watchers;
    use crate::domain::TenantId;

    #[test]
    fn a_place_is_counted_by_tenant_and_comes_back() {
        let watchers = Watchers::new(1);
        let first = watchers.take(TenantId(1));
        assert!(first.is_some() && watchers.take(TenantId(1)).is_none());
        assert!(watchers.take(TenantId(2)).is_some());
        drop(first);
        assert!(watchers.take(TenantId(1)).is_some());
        assert!(watchers.lock().is_empty());
    }
}
