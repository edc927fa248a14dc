//! How a connection is made, and what it must be before anybody may use it.

#![expect(
    clippy::disallowed_methods,
    reason = "prepares and proves a connection before anybody may use it"
)]

use std::{collections::HashMap, time::Duration};

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_postgres::{ClientWrapper, ManagerConfig, RecyclingMethod};
use tokio_postgres::{NoTls, Statement as Prepared};
use uuid::Uuid;

use crate::{domain::TenantId, wall::Error};

/// What is pinned on a connection: what a planted role setting must not change, and how long one statement may run.
/// Every name in our SQL is schema-qualified, so the path needs nothing. What was committed is on the server's disk,
/// whatever the server's own setting is: a fetch that is in the ledger must be there after a crash too.
pub const PINNED_OPTIONS: &str = "-c search_path=pg_catalog -c standard_conforming_strings=on -c row_security=on \
     -c idle_in_transaction_session_timeout=60000 -c statement_timeout=60000 -c client_min_messages=warning \
     -c synchronous_commit=on";

/// How statements are planned on a service connection.
///
/// Once per connection: every statement is led by the tenant's index whatever its parameters are, and planning a page
/// anew cost three times the server CPU of running it (measured: 397 against 100 us). In the order of that index, and
/// from nothing else: our columns have no statistics (they would show other tenants' values), so Postgres believes
/// that a page's conditions leave a handful of rows, and would collect the whole rest of a biller's slips with a
/// bitmap and sort them (measured: 1.1 ms against 0.1 ms for 4,425 slips), or read a whole table while it is small.
pub const PLANNER_OPTIONS: &str = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off";

/// Undoes whatever a request may have done to a connection, and proves it.
///
/// One simple-query message; an error anywhere drops the connection. Prepared statements stay (they are
/// the driver's cache) and `assert_clean` refuses those that were made in SQL.
pub(super) const RESET: &str = "rollback; close all; set session authorization default; reset all; unlisten *; \
     select pg_catalog.pg_advisory_unlock_all(); discard temp; discard sequences; \
     select shikiri_seal.assert_clean()";

/// A connection with what we remember of it.
pub(super) struct Connection {
    pub(super) client: ClientWrapper,
    /// Prepared once per connection, by file name and form.
    pub(super) prepared: HashMap<(&'static str, Form), Prepared>,
    /// What the next user may find on it.
    pub(super) leftovers: Leftovers,
    /// Who had it last, also after a reset; none before the first user and after one without a seal.
    pub(super) last: Option<Holder>,
}

/// Who has a connection: one person's session, or one export. A colleague is another holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder {
    /// Whose rows it sees.
    pub(super) tenant: TenantId,
    /// The session or the export.
    pub(super) by: Uuid,
}

/// What a connection may still carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftovers {
    /// Nothing: it is new, or was reset and proved clean.
    None,
    /// Of one holder, whose transaction ended in a way that was acknowledged.
    Of(Holder),
    /// Anything: it is on loan, it was, or its last user had no seal.
    Unknown,
}

/// In which form a statement file was prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// As it stands in the file.
    Plain,
    /// Inside the one-statement wrapper.
    Wrapped,
}

impl Connection {
    /// The prepared form of a text, made on first use.
    pub(super) async fn prepare(
        &mut self,
        name: &'static str,
        form: Form,
        text: impl FnOnce() -> String,
    ) -> Result<Prepared, Error> {
        if let Some(it) = self.prepared.get(&(name, form)) {
            return Ok(it.clone());
        }
        let it = self.client.prepare(&text()).await.map_err(|err| Error::of(name, &err))?;
        self.prepared.insert((name, form), it.clone());
        Ok(it)
    }
}

/// Makes connections for one login role.
pub(super) struct Manager {
    inner: deadpool_postgres::Manager,
}

impl Manager {
    pub(super) fn new(mut config: tokio_postgres::Config) -> Manager {
        let options = format!("{PINNED_OPTIONS} {PLANNER_OPTIONS}");
        config
            .options(&options)
            .application_name("shikiri")
            .connect_timeout(Duration::from_secs(5));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        Manager { inner: deadpool_postgres::Manager::from_config(config, NoTls, recycling) }
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let client = self.inner.create().await.map_err(|err| Error::of("connect", &err))?;
        let passed = client.batch_execute("select shikiri_seal.preflight()").await;
        passed.map_err(|err| Error::of_preflight(&err))?;
        Ok(Connection { client, prepared: HashMap::new(), leftovers: Leftovers::None, last: None })
    }

    /// Nothing is sent here: a lease comes back only in a known state, and is reset when the next
    /// holder is another.
    async fn recycle(&self, it: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        if it.client.is_closed() { Err(managed::RecycleError::message("closed")) } else { Ok(()) }
    }
}
