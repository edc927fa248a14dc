//! The exports of this process: how far each is drawn, and where it is to stop.
//!
//! It holds no row and decides nothing: the database says where an export stops. What is here makes the drawing
//! stop at that page, and wakes those who watch.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::watch;

use crate::domain::{ExportId, TenantId};

/// No page to stop at.
const NEVER: u32 = u32::MAX;

/// One export that this process works on.
pub(super) struct Handle {
    drawn: AtomicU32,
    stop_after: AtomicU32,
    changed: watch::Sender<u64>,
}

impl Handle {
    fn new() -> Handle {
        Handle {
            drawn: AtomicU32::new(0),
            stop_after: AtomicU32::new(NEVER),
            changed: watch::Sender::new(0),
        }
    }

    /// Pages that are drawn, whether they were reported or not.
    pub fn drawn(&self) -> u32 {
        self.drawn.load(Ordering::SeqCst)
    }

    /// Notes that pages were drawn; true when the drawing must stop here.
    pub fn has_drawn(&self, page: u32) -> bool {
        self.drawn.store(page, Ordering::SeqCst);
        self.stops_at(page)
    }

    /// True when no page after this one is to be drawn.
    pub fn stops_at(&self, page: u32) -> bool {
        self.stop_after.load(Ordering::SeqCst) <= page
    }

    /// Draws no page after this one. A stop is only ever moved forward.
    pub fn stop_after(&self, page: u32) {
        self.stop_after.fetch_min(page, Ordering::SeqCst);
    }

    /// Wakes those who watch.
    pub fn tell(&self) {
        self.changed.send_modify(|it| *it = it.wrapping_add(1));
    }
}

/// All exports of this process.
#[derive(Default)]
pub(super) struct Jobs {
    map: Mutex<HashMap<(TenantId, ExportId), Arc<Handle>>>,
}

impl Jobs {
    /// A new one.
    pub fn begin(&self, tenant: TenantId, id: ExportId) -> Arc<Handle> {
        let handle = Arc::new(Handle::new());
        self.lock().insert((tenant, id), handle.clone());
        handle
    }

    /// It has ended. Those who watch are woken a last time.
    pub fn end(&self, tenant: TenantId, id: ExportId) {
        if let Some(handle) = self.lock().remove(&(tenant, id)) {
            handle.tell();
        }
    }

    /// The export, if this process works on it.
    pub fn get(&self, tenant: TenantId, id: ExportId) -> Option<Arc<Handle>> {
        self.lock().get(&(tenant, id)).cloned()
    }

    /// Changes of an export, if this process works on it. The receiver outlives the work.
    pub fn changes(&self, tenant: TenantId, id: ExportId) -> Option<watch::Receiver<u64>> {
        self.get(tenant, id).map(|it| it.changed.subscribe())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(TenantId, ExportId), Arc<Handle>>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Jobs;
    use crate::domain::{ExportId, TenantId};

    #[test]
    fn a_stop_is_only_moved_forward_and_is_found_at_its_page() {
        let jobs = Jobs::default();
        let id = ExportId(uuid::Uuid::now_v7());
        let handle = jobs.begin(TenantId(1), id);
        assert!(!handle.has_drawn(50));
        handle.stop_after(66);
        handle.stop_after(70);
        assert!(!handle.has_drawn(65));
        assert!(handle.has_drawn(66) && handle.drawn() == 66);
        assert!(jobs.get(TenantId(2), id).is_none(), "another biller's is none");
        jobs.end(TenantId(1), id);
        assert!(jobs.get(TenantId(1), id).is_none());
    }

    #[tokio::test]
    async fn an_end_wakes_those_who_watch() {
        let jobs = Jobs::default();
        let id = ExportId(uuid::Uuid::now_v7());
        drop(jobs.begin(TenantId(1), id));
        let mut changes = jobs.changes(TenantId(1), id).expect("it is there");
        jobs.end(TenantId(1), id);
        assert!(changes.changed().await.is_ok(), "told once more");
        assert!(changes.changed().await.is_err(), "and then never");
    }
}
