//! How many event streams each biller has open, and all of them. Each holds a client's connection for as long as it is
//! watched: without the second limit, twenty billers who watch would leave no connection for anybody else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::TenantId;

/// Counts streams, and those of each tenant.
pub(super) struct Watchers {
    max: usize,
    max_all: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    by_tenant: HashMap<TenantId, usize>,
    all: usize,
}

/// One place, given back when it is dropped.
pub(super) struct Place {
    watchers: Arc<Watchers>,
    tenant: TenantId,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The tenant has as many as it may.
    Tenant,
    /// All tenants together have.
    All,
}

impl Watchers {
    /// As many for each tenant, and as many for all of them.
    pub fn new(max: usize, max_all: usize) -> Arc<Watchers> {
        Arc::new(Watchers { max, max_all, open: Mutex::default() })
    }

    /// A place.
    ///
    /// # Errors
    /// When there is none left.
    pub fn take(self: &Arc<Watchers>, tenant: TenantId) -> Result<Place, Full> {
        let mut open = self.lock();
        let taken = open.by_tenant.get(&tenant).copied().unwrap_or(0);
        if self.max <= taken {
            return Err(Full::Tenant);
        }
        if self.max_all <= open.all {
            return Err(Full::All);
        }
        open.by_tenant.insert(tenant, taken + 1);
        open.all += 1;
        Ok(Place { watchers: self.clone(), tenant })
    }

    /// Streams that are open.
    pub fn open(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.watchers.lock();
        open.all -= 1;
        if let Some(taken) = open.by_tenant.get_mut(&self.tenant) {
            *taken -= 1;
            if *taken == 0 {
                open.by_tenant.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Full, Watchers};
    use crate::domain::TenantId;

    #[test]
    fn a_place_is_counted_by_tenant_and_for_all_and_comes_back() {
        let watchers = Watchers::new(1, 2);
        let take = |tenant| watchers.take(TenantId(tenant));
        let first = take(1);
        assert!(first.is_ok());
        assert_eq!(take(1).err(), Some(Full::Tenant));
        let second = take(2);
        assert!(second.is_ok());
        assert_eq!(take(3).err(), Some(Full::All));
        drop(first);
        assert_eq!(watchers.open(), 1);
        let third = take(1);
        assert!(third.is_ok());
        drop((second, third));
        assert!(watchers.lock().by_tenant.is_empty() && watchers.open() == 0);
    }
}
