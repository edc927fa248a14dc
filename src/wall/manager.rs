//! How a connection is made, and what it must be before anybody may use it.

#![expect(
    clippy::disallowed_methods,
    reason = "prepares and proves a connection before anybody may use it"
)]

use std::{collections::HashMap, time::Duration};

use deadpool::managed::{self, Metrics, RecycleResult};
use tokio_postgres::{Client, NoTls, Statement as Prepared};
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
/// One simple-query message; an error anywhere drops the connection. It is waited for: a message behind it would be
/// served although it failed. Prepared statements stay (they are the driver's cache) and `assert_clean` refuses those
/// that were made in SQL. The `begin` is for the server's log: a `rollback` where there is no transaction is a warning.
pub(super) const RESET: &str = "begin; rollback; close all; set session authorization default; reset all; unlisten *; \
     discard temp; discard sequences; select pg_catalog.pg_advisory_unlock_all(), shikiri_seal.assert_clean()";

/// Undoes what reads may have left on a connection: see `ReadLease` for why this is all.
pub const RESET_AFTER_READS: &str =
    "set session authorization default; reset all; select pg_catalog.pg_advisory_unlock_all()";

/// A connection with what we remember of it.
pub(super) struct Connection {
    pub(super) client: Client,
    /// Prepared once per connection, by file name and form.
    pub(super) prepared: HashMap<(&'static str, Form), Prepared>,
    /// Which of these were read by Postgres after something else had run since the reset: what a setting made of them
    /// would stay. The next reset prepares them anew.
    pub(super) doubtful: Vec<((&'static str, Form), String)>,
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
    /// Of one holder, what a read can leave: a `ReadLease` alone had it since it was clean.
    OfReads(Holder),
    /// Of one holder, anything: its transaction ended in a way that was acknowledged.
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
    /// Prepares a text and keeps it. Nothing but a reset may stand before it on the connection.
    pub(super) async fn prepare(
        &mut self,
        name: &'static str,
        form: Form,
        text: &str,
    ) -> Result<Prepared, Error> {
        let it = self.client.prepare(text).await.map_err(|err| Error::of(name, &err))?;
        self.prepared.insert((name, form), it.clone());
        Ok(it)
    }

    /// Puts the connection into the state of a new one, or fails.
    pub(super) async fn reset(&mut self) -> Result<(), Error> {
        self.client.batch_execute(RESET).await.map_err(|err| Error::of("reset", &err))?;
        for ((name, form), text) in std::mem::take(&mut self.doubtful) {
            self.prepare(name, form, &text).await?;
        }
        Ok(())
    }
}

/// Makes connections for one login role.
pub(super) struct Manager(tokio_postgres::Config);

impl Manager {
    pub(super) fn new(mut config: tokio_postgres::Config) -> Manager {
        let options = format!("{PINNED_OPTIONS} {PLANNER_OPTIONS}");
        config.options(options).application_name("shikiri").connect_timeout(Duration::from_secs(5));
        Manager(config)
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let connected = self.0.connect(NoTls).await;
        let (client, connection) = connected.map_err(|err| Error::of("connect", &err))?;
        // It ends with its client, and its requests are told when it ends before.
        tokio::spawn(connection);
        let passed = client.batch_execute("select shikiri_seal.preflight()").await;
        passed.map_err(|err| Error::of_preflight(&err))?;
        Ok(Connection {
            client,
            prepared: HashMap::new(),
            doubtful: Vec::new(),
            leftovers: Leftovers::None,
            last: None,
        })
    }

    /// Nothing is sent here: a lease comes back only in a known state, and is reset when the next
    /// holder is another.
    async fn recycle(&self, it: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        if it.client.is_closed() { Err(managed::RecycleError::message("closed")) } else { Ok(()) }
    }
}
