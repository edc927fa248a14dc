//! Connections, never handed out bare: a pool per login role.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that takes a connection out of the pool"
)]

use std::{str::FromStr, sync::Arc, time::Duration};

use deadpool::Runtime;

use crate::{
    auth::VerifiedSession,
    wall::{
        CheckTicket, Door, Error, ExportTicket, SealedTx, Statement,
        lease::{Lease, Server},
        manager::{Form, Holder, Manager},
        read_lease::ReadLease,
        rows,
        sealed::{self, Credential},
        wrapper,
    },
};

/// How a pool connects.
#[derive(Clone)]
pub struct PoolConfig {
    /// A connection string or URL of the role's own login.
    pub url: String,
    /// Connections at most.
    pub connections_max: usize,
    /// How long a request waits for one.
    pub wait: Duration,
}

/// The part that every pool shares.
#[derive(Clone)]
pub(super) struct Inner {
    pool: deadpool::managed::Pool<Manager>,
    server: Arc<Server>,
}

impl Inner {
    fn new(config: PoolConfig) -> Result<Inner, Error> {
        let parsed =
            tokio_postgres::Config::from_str(&config.url).map_err(|_| Error::Unavailable)?;
        let server = Arc::new(Server::of(&parsed));
        let pool = deadpool::managed::Pool::builder(Manager::new(parsed))
            .max_size(config.connections_max)
            .wait_timeout(Some(config.wait))
            .create_timeout(Some(Duration::from_secs(5)))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| Error::Unavailable)?;
        Ok(Inner { pool, server })
    }

    /// A connection that carries nothing of anybody else.
    pub(super) async fn lease(&self, holder: Option<Holder>) -> Result<Lease, Error> {
        loop {
            let mut lease = self.any().await?;
            // A connection that cannot be proved clean dies with its lease; the next one is tried.
            match lease.clean_for(holder).await {
                Ok(()) => return Ok(lease),
                Err(err) => not_clean(&err),
            }
        }
    }

    /// A connection for one read, which carries nothing of anybody else when the read begins.
    async fn read_lease(&self, holder: Holder) -> Result<ReadLease, Error> {
        loop {
            match ReadLease::new(self.any().await?, holder).await {
                Ok(lease) => return Ok(lease),
                Err(err) => not_clean(&err),
            }
        }
    }

    async fn call<D: Door>(&self, door: &D) -> Result<Vec<D::Row>, Error> {
        let mut lease = self.lease(None).await?;
        let name = D::FILE.name;
        let prepared = lease.prepare(name, Form::Plain, || D::FILE.sql.to_owned()).await?;
        let rows = lease.query(name, &prepared, &rows::params(door)?, D::ROWS_MAX).await?;
        let res = rows::decode_unsealed::<D>(&rows);
        self.give_back(lease, None);
        res
    }

    /// The next connection, as it is.
    async fn any(&self) -> Result<Lease, Error> {
        let object = self.pool.get().await.map_err(|err| match err {
            deadpool::managed::PoolError::Backend(err) => err,
            _ => Error::Unavailable,
        })?;
        Ok(Lease::new(object, (*self.server).clone()))
    }

    pub(super) fn give_back(&self, lease: Lease, holder: Option<Holder>) {
        lease.give_back(holder, self.nobody_waits());
    }

    fn nobody_waits(&self) -> bool {
        self.pool.status().waiting == 0
    }
}

fn not_clean(err: &Error) {
    tracing::warn!(%err, "a pooled connection was not clean and was dropped");
}

/// Connections as `shikiri_app`: requests and exports. The only door to tenant rows.
#[derive(Clone)]
pub struct Pool {
    inner: Inner,
}

impl Pool {
    /// Opens a pool. Connects on first use.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn new(config: PoolConfig) -> Result<Pool, Error> {
        Ok(Pool { inner: Inner::new(config)? })
    }

    /// Opens a transaction sealed to the session's tenant. Nothing else can be seen in it.
    ///
    /// # Errors
    /// When the session is unknown or over, or its tenant is not the one signed at login.
    pub async fn enter(&self, session: &VerifiedSession) -> Result<SealedTx, Error> {
        sealed::open(&self.inner, Credential::session(session), sealed::Mode::Write).await
    }

    /// Opens a read-only snapshot sealed to the session's tenant: all its statements see one moment.
    ///
    /// # Errors
    /// As [`Pool::enter`].
    pub async fn enter_look(&self, session: &VerifiedSession) -> Result<SealedTx, Error> {
        sealed::open(&self.inner, Credential::session(session), sealed::Mode::Snapshot).await
    }

    /// Opens a read-only snapshot sealed to one export.
    ///
    /// # Errors
    /// When the ticket is spent or over.
    pub async fn enter_snapshot(&self, ticket: &ExportTicket) -> Result<SealedTx, Error> {
        sealed::open(&self.inner, Credential::export(ticket), sealed::Mode::Snapshot).await
    }

    /// Opens a short transaction for an export's own progress.
    ///
    /// # Errors
    /// When the ticket is spent or over.
    pub async fn enter_export(&self, ticket: &ExportTicket) -> Result<SealedTx, Error> {
        sealed::open(&self.inner, Credential::export(ticket), sealed::Mode::Write).await
    }

    /// Reads with one statement in one round trip: enters and runs the file in an order that no planner
    /// can change.
    ///
    /// # Errors
    /// As [`Pool::enter`], and when the statement fails or answers too many rows.
    pub async fn read<S: Statement>(
        &self,
        session: &VerifiedSession,
        statement: &S,
    ) -> Result<Vec<S::Row>, Error> {
        let tenant = session.tenant_id();
        let holder = Holder { tenant, by: session.session_id() };
        let name = S::FILE.name;
        let text = || wrapper::one_statement(S::FILE.sql, S::FILE.parameters);
        // The credential is behind the file's own parameters, which were counted when the program was compiled.
        let mut params = rows::params(statement)?;
        let secret = session.secret();
        params.push(&secret);
        let rows_max = S::ROWS_MAX.max(1);
        let check =
            |rows| rows::entered(name, rows, tenant).and_then(|it| rows::decode::<S>(&it, tenant));
        if S::FILE.reads {
            let mut lease = self.inner.read_lease(holder).await?;
            let res = check(lease.read(name, text, &params, rows_max).await?);
            lease.give_back(self.inner.nobody_waits());
            return res;
        }
        let mut lease = self.inner.lease(Some(holder)).await?;
        let prepared = lease.prepare(name, Form::Wrapped, text).await?;
        let res = check(lease.query(name, &prepared, &params, rows_max).await?);
        self.inner.give_back(lease, Some(holder));
        res
    }

    /// Writes with one statement in one round trip: BEGIN, enter, the file and COMMIT in one burst.
    ///
    /// Its rows are looked at after the COMMIT. Where an answer that is not good must undo the write,
    /// or two statements belong together, use [`Pool::enter`].
    ///
    /// # Errors
    /// As [`Pool::enter`], and when the statement fails: nothing was written then. Too many rows and a
    /// row of another tenant are found after the COMMIT. After [`Error::Unavailable`] nobody knows.
    pub async fn write<S: Statement>(
        &self,
        session: &VerifiedSession,
        statement: &S,
    ) -> Result<Vec<S::Row>, Error> {
        sealed::write(&self.inner, Credential::session(session), statement).await
    }

    /// Calls a door that needs no seal.
    ///
    /// # Errors
    /// When the call fails or answers too many rows.
    pub async fn call<D: Door>(&self, door: &D) -> Result<Vec<D::Row>, Error> {
        self.inner.call(door).await
    }

    /// Ends every idle connection and opens no more.
    pub fn close(&self) {
        self.inner.pool.close();
    }

    /// How many connections the pool holds, how many are idle, and how many requests wait.
    pub fn gauge(&self) -> (usize, usize, usize) {
        let status = self.inner.pool.status();
        (status.size, status.available, status.waiting)
    }
}

/// Connections as `shikiri_checker`: the second computation of an export, and the count of logins that failed.
#[derive(Clone)]
pub struct Checker {
    inner: Inner,
}

impl Checker {
    /// Opens a pool. Connects on first use.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn new(config: PoolConfig) -> Result<Checker, Error> {
        Ok(Checker { inner: Inner::new(config)? })
    }

    /// Ends every idle connection and opens no more.
    pub fn close(&self) {
        self.inner.pool.close();
    }

    /// Opens a read-only transaction on the export's own snapshot.
    ///
    /// # Errors
    /// When the ticket is spent or over, or the snapshot is gone.
    pub async fn enter_snapshot(
        &self,
        ticket: &CheckTicket,
        snapshot: &super::Snapshot,
    ) -> Result<SealedTx, Error> {
        let mode = sealed::Mode::Imported(snapshot.clone());
        sealed::open(&self.inner, Credential::check(ticket), mode).await
    }

    /// Calls a door that needs no seal and is this login's.
    ///
    /// # Errors
    /// When the call fails or answers too many rows.
    pub async fn call<D: Door>(&self, door: &D) -> Result<Vec<D::Row>, Error> {
        self.inner.call(door).await
    }

    /// Opens a short transaction to record what was found.
    ///
    /// # Errors
    /// When the ticket is spent or over.
    pub async fn enter_check(&self, ticket: &CheckTicket) -> Result<SealedTx, Error> {
        sealed::open(&self.inner, Credential::check(ticket), sealed::Mode::Write).await
    }
}
