//! What every handler may use.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use time::{Date, OffsetDateTime};
use tokio::sync::watch;

use crate::{
    auth::KeyRing,
    domain::{TenantId, day_in_japan},
    export::Exporter,
    http::{
        caller::Callers,
        health::Health,
        metrics::Metrics,
        passwords::Passwords,
        places::Places,
        rate::{Address, Buckets, Rate},
        watchers::Watchers,
    },
    statements::sessions::SettleLogins,
    wall::{Checker, Pool},
};

/// What the surface is made of.
pub struct Parts {
    /// Connections as `shikiri_app`.
    pub pool: Pool,
    /// Connections as `shikiri_checker`, which counts logins that failed.
    pub checker: Checker,
    /// Keys that sign and verify tokens.
    pub keys: Arc<KeyRing>,
    /// Orders and hands out exports.
    pub exporter: Exporter,
    /// Digest of the `sql/` that this program was built with; `/readyz` compares it with the deployed one.
    pub source_digest: Option<String>,
    /// Whether a server below the security floor is accepted. `/readyz` says so either way.
    pub accept_old_postgres: bool,
    /// How much anybody may ask.
    pub limits: Limits,
    /// The time, for cursors and tokens.
    pub clock: fn() -> OffsetDateTime,
}

/// How much anybody may ask.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests of one tenant, all users together.
    pub tenant: Rate,
    /// Logins from one address.
    pub login: Rate,
    /// Event streams of one tenant that are open at once.
    pub watchers: usize,
    /// Event streams of all tenants. Each is one of the service's client connections.
    pub watchers_all: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            tenant: Rate { per_minute: 3_000, burst: 200 },
            login: Rate { per_minute: 20, burst: 20 },
            watchers: 50,
            watchers_all: 512,
        }
    }
}

/// The surface's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// What is shared by all clones of an [`App`].
pub struct Inner {
    pub(super) pool: Pool,
    checker: Checker,
    settling: AtomicBool,
    pub(super) keys: Arc<KeyRing>,
    pub(super) exporter: Exporter,
    pub(super) clock: fn() -> OffsetDateTime,
    pub(super) callers: Callers,
    pub(super) health: Health,
    pub(super) metrics: Metrics,
    pub(super) passwords: Passwords,
    pub(super) places: Places,
    pub(super) tenants: Buckets<TenantId>,
    pub(super) logins: Buckets<Address>,
    pub(super) watchers: Arc<Watchers>,
    closing: watch::Sender<bool>,
}

impl App {
    /// Puts the surface together.
    pub fn new(parts: Parts) -> App {
        let inner = Inner {
            pool: parts.pool,
            checker: parts.checker,
            settling: AtomicBool::new(false),
            keys: parts.keys,
            exporter: parts.exporter,
            clock: parts.clock,
            callers: Callers::default(),
            health: Health::new(parts.source_digest, parts.accept_old_postgres),
            metrics: Metrics::default(),
            passwords: Passwords::default(),
            places: Places::default(),
            tenants: Buckets::new(parts.limits.tenant),
            logins: Buckets::new(parts.limits.login),
            watchers: Watchers::new(parts.limits.watchers, parts.limits.watchers_all),
            closing: watch::Sender::new(false),
        };
        App { inner: Arc::new(inner) }
    }

    /// What stands in the way of serving, one line each; nothing when all is well.
    pub async fn not_ready(&self) -> Vec<String> {
        self.health.broken(self).await
    }

    /// Counts logins that failed, one call at a time. What it leaves is counted by the next one: the service calls it after
    /// each refusal, and from time to time. A login is locked in time without it.
    pub async fn settle_logins(self) {
        if self.settling.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Err(err) = self.checker.call(&SettleLogins {}).await {
            tracing::warn!(%err, "logins that failed were not counted; the next upkeep tries again");
        }
        self.settling.store(false, Ordering::Release);
    }

    /// Ends every event stream: the service is about to.
    pub(super) fn close_streams(&self) {
        self.closing.send_replace(true);
    }

    /// Ends when [`App::close_streams`] is called.
    pub(super) async fn closing(&self) {
        // It fails only when the sender is gone, which this value holds.
        drop(self.closing.subscribe().wait_for(|it| *it).await);
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// The day in Japan.
    pub(super) fn today(&self) -> Date {
        day_in_japan(self.now())
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}
