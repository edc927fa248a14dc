//! Databases as a whole: made from a template, dropped. For demo and tests, with a DBA's login.

use super::{Error, connect};

/// A database's name: what may stand in a command without quoting.
///
/// # Errors
/// When it is not 1 to 63 characters of `a-z 0-9 _`, starting with a letter.
fn checked(name: &str) -> Result<&str, Error> {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let fits = (1..=63).contains(&name.len()) && name.bytes().all(ok);
    if fits && name.as_bytes()[0].is_ascii_lowercase() {
        Ok(name)
    } else {
        let reason = "a database name is 1 to 63 characters of a-z 0-9 _, starting with a letter";
        Err(Error::Step { step: "database".to_owned(), reason: reason.to_owned() })
    }
}

/// Makes a database, from a template when one is named.
///
/// # Errors
/// When it exists, or the login may not.
pub async fn create_database(url: &str, name: &str, template: Option<&str>) -> Result<(), Error> {
    let template = checked(template.unwrap_or("template0"))?;
    let text = format!("create database {} template {template} encoding 'UTF8'", checked(name)?);
    let client = connect(url).await?;
    client.batch_execute(&text).await.map_err(|err| Error::step(text, &err))
}

/// Makes a database a template that nobody can connect to and change.
///
/// # Errors
/// When it does not exist, or the login may not.
pub async fn freeze_database(url: &str, name: &str) -> Result<(), Error> {
    let text =
        format!("alter database {} with is_template true allow_connections false", checked(name)?);
    let client = connect(url).await?;
    client.batch_execute(&text).await.map_err(|err| Error::step(text, &err))
}

/// Drops a database and ends its connections. Missing is fine.
///
/// # Errors
/// When the login may not.
pub async fn drop_database(url: &str, name: &str) -> Result<(), Error> {
    let text = format!("drop database if exists {} with (force)", checked(name)?);
    let client = connect(url).await?;
    client.batch_execute(&text).await.map_err(|err| Error::step(text, &err))
}

/// Says whether a database exists.
///
/// # Errors
/// When the server cannot be asked.
pub async fn database_exists(url: &str, name: &str) -> Result<bool, Error> {
    let client = connect(url).await?;
    let text = "select exists (select from pg_database where datname = $1)";
    let row = client.query_one(text, &[&name]).await.map_err(|err| Error::step(text, &err))?;
    Ok(row.get(0))
}

/// Says whether a role exists on the server: roles belong to all its databases.
///
/// # Errors
/// When the server cannot be asked.
pub async fn role_exists(url: &str, name: &str) -> Result<bool, Error> {
    let client = connect(url).await?;
    let text = "select exists (select from pg_roles where rolname = $1)";
    let row = client.query_one(text, &[&name]).await.map_err(|err| Error::step(text, &err))?;
    Ok(row.get(0))
}

/// Makes a role that can log in and nothing else.
///
/// # Errors
/// When a role of this name exists, or the login may not.
pub async fn create_login(url: &str, name: &str, password: Option<&str>) -> Result<(), Error> {
    let client = connect(url).await?;
    let mut text = format!("create role {} login", checked(name)?);
    if let Some(password) = password {
        // A verifier has no character that a literal would have to escape, and no log can hold the password.
        let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
        text.push_str(&format!(" password '{verifier}'"));
    }
    client.batch_execute(&text).await.map_err(|err| Error::step("create role", &err))
}

/// Drops a role that owns nothing any more. Missing is fine.
///
/// # Errors
/// When it still owns something or holds a privilege, or the login may not.
pub async fn drop_role(url: &str, name: &str) -> Result<(), Error> {
    let text = format!("drop role if exists {}", checked(name)?);
    let client = connect(url).await?;
    client.batch_execute(&text).await.map_err(|err| Error::step(text, &err))
}

/// Holds a lock across processes for as long as the value lives: roles belong to the whole server.
pub struct ServerLock {
    _client: tokio_postgres::Client,
}

impl ServerLock {
    /// Waits for the lock.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn take(url: &str) -> Result<ServerLock, Error> {
        let client = connect(url).await?;
        let text = "select pg_advisory_lock(6003101)";
        client.batch_execute(text).await.map_err(|err| Error::step(text, &err))?;
        Ok(ServerLock { _client: client })
    }
}
