//! Raw, unpooled connections for DBAs' work: bootstrap, migrations, the audit's rules. Never for tenant rows: what the
//! probe billers own is written by `dba::probe`.

#![expect(clippy::disallowed_methods, reason = "a DBA's own connection: no tenant row passes here")]

mod bootstrap;
mod clearing;
mod databases;
mod guests;
mod history;
mod install;
mod migrate;
mod probes;
mod rules;
mod seal;
mod sources;

use std::{str::FromStr, time::Duration};

use tokio_postgres::{Client, NoTls};

pub use bootstrap::{
    Login, LoginPassword, bootstrap, bootstrap_plan, close_database, harden, hardening_plan,
};
pub use databases::{
    ServerLock, create_database, create_login, database_exists, drop_database, drop_role,
    freeze_database, logins, role_exists, run_script, set_password, url_of,
};
pub use guests::{Allowance, Guest, admit};
pub use history::{WallRecord, deployed_wall, live_wall, record_wall, walls};
pub use install::{INSTALL, InstallParts, install_text};
pub use migrate::{
    MigrationReport, check, check_sealed, migrate, migrate_as, migrate_sealed, plan, plan_sealed,
};
pub use probes::{ProbeBiller, open_probes, twin_of_app};
pub use rules::{RuleSettings, ask_catalogue, rules_statement};
pub use seal::{Seal, SealWish};
pub use sources::source_digest;

/// Why work on the catalogue failed. The DBA at the console may read Postgres's own words: nothing here
/// touches tenant rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read; write postgres://user@host/database or key=value pairs"
    )]
    BadUrl,
    /// No connection.
    #[error("cannot connect to Postgres as {user}: {reason}")]
    Connect {
        /// The login that was tried.
        user: String,
        /// What the driver or Postgres said.
        reason: String,
    },
    /// A statement of ours failed.
    #[error("{step}: {reason}")]
    Step {
        /// Which file or step.
        step: String,
        /// What Postgres said, with its SQLSTATE.
        reason: String,
    },
    /// The database is not UTF-8: names would not survive, and digests would differ.
    #[error(
        "the database's encoding is {0}; shikiri needs UTF8 (create database ... encoding 'UTF8')"
    )]
    NotUtf8(String),
    /// Migrations are pending, or sql/ differs from what was deployed.
    #[error("{0}; run `shikiri migrate`")]
    Pending(String),
}

impl Error {
    pub(super) fn step(step: impl Into<String>, err: &tokio_postgres::Error) -> Error {
        Error::Step { step: step.into(), reason: words(err) }
    }
}

fn words(err: &tokio_postgres::Error) -> String {
    match err.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => match std::error::Error::source(err) {
            Some(source) => format!("{err}: {source}"),
            None => err.to_string(),
        },
    }
}

/// Connects without a pool. The connection ends with the client.
pub(super) async fn connect(url: &str) -> Result<Client, Error> {
    let mut config = tokio_postgres::Config::from_str(url).map_err(|_| Error::BadUrl)?;
    config.application_name("shikiri").connect_timeout(Duration::from_secs(5));
    let user = config.get_user().unwrap_or_default().to_owned();
    let connected = config.connect(NoTls).await;
    let (client, connection) =
        connected.map_err(|err| Error::Connect { user, reason: words(&err) })?;
    tokio::spawn(async move {
        if let Err(err) = connection.await {
            tracing::debug!(code = ?err.code().map(|it| it.code()), "a catalogue connection ended");
        }
    });
    let pin = "set search_path = pg_catalog; set client_min_messages = warning";
    client.batch_execute(pin).await.map_err(|err| Error::step("connect", &err))?;
    Ok(client)
}
