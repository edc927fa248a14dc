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

/// Runs a script that stands in the program, in one transaction.
///
/// # Errors
/// When a statement of it fails.
pub async fn run_script(url: &str, text: &str) -> Result<(), Error> {
    let client = connect(url).await?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    client.batch_execute(text).await.map_err(|err| Error::step(first, &err))
}

/// Gives a login a password, as a verifier.
///
/// # Errors
/// When there is no such role, or the login may not.
pub async fn set_password(url: &str, role: &str, password: &str) -> Result<(), Error> {
    let client = connect(url).await?;
    let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
    let text = format!("alter role {} password '{verifier}'", checked(role)?);
    client.batch_execute(&text).await.map_err(|err| Error::step("alter role", &err))
}

/// Logins of the server.
///
/// # Errors
/// When the server cannot be asked.
pub async fn logins(url: &str) -> Result<Vec<String>, Error> {
    let client = connect(url).await?;
    let text = "select rolname::text from pg_roles where rolcanlogin order by 1";
    let rows = client.query(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    Ok(rows.iter().map(|it| it.get(0)).collect())
}

/// The same server with another database, and another login if one is given.
///
/// # Errors
/// When the URL cannot be read.
pub fn url_of(url: &str, login: Option<(&str, &str)>, database: &str) -> Result<String, Error> {
    use std::str::FromStr as _;

    use tokio_postgres::config::Host;
    let config = tokio_postgres::Config::from_str(url).map_err(|_| Error::BadUrl)?;
    let quoted = |it: &str| format!("'{}'", it.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut parts = Vec::new();
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|it| match it {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    if !hosts.is_empty() {
        parts.push(format!("host={}", quoted(&hosts.join(","))));
    }
    let ports: Vec<String> = config.get_ports().iter().map(ToString::to_string).collect();
    if !ports.is_empty() {
        parts.push(format!("port={}", ports.join(",")));
    }
    let password = config.get_password().map(|it| String::from_utf8_lossy(it).into_owned());
    let (user, password) = match login {
        Some((user, password)) => (Some(user.to_owned()), Some(password.to_owned())),
        None => (config.get_user().map(str::to_owned), password),
    };
    parts.extend(user.map(|it| format!("user={}", quoted(&it))));
    parts.extend(password.map(|it| format!("password={}", quoted(&it))));
    parts.push(format!("dbname={}", quoted(database)));
    Ok(parts.join(" "))
}
