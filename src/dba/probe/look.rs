//! One look at a table by name: what does a role see, and whose is it?

use std::str::FromStr;

use tokio_postgres::{Client, NoTls};

use super::Error;

/// What one look at a table showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Rows, by whether the tenant column is the sealed tenant.
    Rows {
        /// Rows of the tenant itself.
        own: i64,
        /// Rows of anybody else. Anything but zero is a leak.
        other: i64,
    },
    /// Postgres refused, with this SQLSTATE.
    Refused(String),
}

/// Looks at a table without any seal. A good wall refuses.
///
/// # Errors
/// When the attempt itself could not be made.
pub async fn look_unbound(url: &str, table: &str, column: &str) -> Result<Look, Error> {
    look(url, None, table, column).await
}

/// Looks at a table inside the tenant of a session.
///
/// # Errors
/// When the attempt itself could not be made.
pub async fn look_as(
    url: &str,
    session: &crate::auth::VerifiedSession,
    table: &str,
    column: &str,
) -> Result<Look, Error> {
    look(url, Some(session), table, column).await
}

async fn look(
    url: &str,
    session: Option<&crate::auth::VerifiedSession>,
    table: &str,
    column: &str,
) -> Result<Look, Error> {
    let (table, column) = (plain(table)?, plain(column)?);
    let client = connect(url).await?;
    client.batch_execute("begin").await?;
    let tenant = match session {
        None => 0,
        Some(session) => {
            client.query_one(crate::wall::ENTER, &[&session.secret()]).await?.get::<_, i32>(0)
        }
    };
    // Nothing is filtered here: whose rows come back is the wall's answer, not ours.
    let text = format!(
        "select count(*) filter (where {column}::text = $1), \
         count(*) filter (where {column}::text is distinct from $1) from {table}"
    );
    match client.query_one(&text, &[&tenant.to_string()]).await {
        Ok(row) => Ok(Look::Rows { own: row.get(0), other: row.get(1) }),
        Err(err) => match err.code() {
            Some(code) => Ok(Look::Refused(code.code().to_owned())),
            None => Err(err.into()),
        },
    }
}

fn plain(name: &str) -> Result<&str, Error> {
    let ok = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
    if !name.is_empty() && name.bytes().all(ok) { Ok(name) } else { Err(Error::BadName) }
}

async fn connect(url: &str) -> Result<Client, Error> {
    let config = tokio_postgres::Config::from_str(url)?;
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
