//! `shikiri bootstrap`: roles and schemas, once, by a DBA.

use super::{Error, connect};

const ROLES: &str = include_str!("../../../sql/roles.sql");
const DATABASE: &str = include_str!("../../../sql/database.sql");
const HARDENING: &str = include_str!("../../../sql/hardening/superuser.sql");

/// The login roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Migrations. Holds nothing until it says SET ROLE.
    Migrator,
    /// Requests and exports.
    App,
    /// The second computation.
    Checker,
    /// Tenants and export metadata.
    Operator,
    /// Catalogues and counts.
    Auditor,
}

impl Login {
    /// All of them.
    pub const ALL: [Login; 5] =
        [Login::Migrator, Login::App, Login::Checker, Login::Operator, Login::Auditor];

    /// The role's name in Postgres.
    pub const fn role(self) -> &'static str {
        match self {
            Login::Migrator => "shikiri_migrator",
            Login::App => "shikiri_app",
            Login::Checker => "shikiri_checker",
            Login::Operator => "shikiri_operator",
            Login::Auditor => "shikiri_auditor",
        }
    }
}

/// A password for a login role. It is sent as a SCRAM verifier, so no log can hold it.
pub struct LoginPassword {
    /// Whose.
    pub login: Login,
    /// The password.
    pub password: String,
}

/// The SQL that [`bootstrap`] runs, for a DBA who wants to read or run it by hand.
pub fn bootstrap_plan() -> String {
    format!("begin;\n{ROLES}\n{DATABASE}commit;\n")
}

/// Closes a database that was copied from another: privileges on the database itself are not copied.
///
/// # Errors
/// When the login may not.
pub async fn close_database(url: &str) -> Result<(), Error> {
    let client = connect(url).await?;
    let text = format!("begin;\n{DATABASE}\ncommit;");
    client.batch_execute(&text).await.map_err(|err| Error::step("sql/database.sql", &err))
}

/// Makes roles and schemas, in one transaction. Safe to run again.
///
/// # Errors
/// When the login may not, or the database is not UTF-8.
pub async fn bootstrap(url: &str, passwords: &[LoginPassword]) -> Result<(), Error> {
    let client = connect(url).await?;
    let encoding = "select current_setting('server_encoding')";
    let row = client.query_one(encoding, &[]).await.map_err(|err| Error::step("encoding", &err))?;
    let encoding: String = row.get(0);
    if encoding != "UTF8" {
        return Err(Error::NotUtf8(encoding));
    }
    client
        .batch_execute(&bootstrap_plan())
        .await
        .map_err(|err| Error::step("sql/roles.sql and sql/database.sql", &err))?;
    for it in passwords {
        // A verifier has no character that a literal would have to escape.
        let verifier = postgres_protocol::password::scram_sha_256(it.password.as_bytes());
        let text = format!("alter role {} password '{verifier}'", it.login.role());
        client.batch_execute(&text).await.map_err(|err| Error::step(it.login.role(), &err))?;
    }
    Ok(())
}

/// The SQL that [`harden`] runs.
pub fn hardening_plan() -> &'static str {
    HARDENING
}

/// Closes the side doors that need a superuser, in one transaction. Safe to run again.
///
/// # Errors
/// When the login is no superuser.
pub async fn harden(url: &str) -> Result<(), Error> {
    let client = connect(url).await?;
    let text = format!("begin;\n{HARDENING}\ncommit;");
    client
        .batch_execute(&text)
        .await
        .map_err(|err| Error::step("sql/hardening/superuser.sql", &err))
}
