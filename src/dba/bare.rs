//! A connection that sends any text: what most services have, and what this one never hands out.
//!
//! For the lab's naive twin alone, on a database that the lab made. It refuses to be one of our logins,
//! so it is no way around the wall.

#![expect(
    clippy::disallowed_methods,
    reason = "the naive twin's connection; never one of our logins"
)]

use std::str::FromStr;

use tokio_postgres::{Client, NoTls};

use crate::wall::{Error, Params, Row};

/// A connection without any rule.
pub struct Bare {
    client: Client,
}

impl Bare {
    /// Connects.
    ///
    /// # Errors
    /// When there is no connection, or the login is one of shikiri's own.
    pub async fn connect(url: &str) -> Result<Bare, Error> {
        let config = tokio_postgres::Config::from_str(url).map_err(|_| Error::Unavailable)?;
        if config.get_user().is_none_or(|it| it.starts_with("shikiri_")) {
            return Err(Error::Unavailable);
        }
        let connected = config.connect(NoTls).await;
        let (client, connection) = connected.map_err(|err| Error::of("bare connect", &err))?;
        tokio::spawn(connection);
        Ok(Bare { client })
    }

    /// Sends statements without parameters.
    ///
    /// # Errors
    /// When one fails; `name` says which it was.
    pub async fn run(&self, name: &'static str, text: &str) -> Result<(), Error> {
        self.client.batch_execute(text).await.map_err(|err| Error::of(name, &err))
    }

    /// Sends one statement, and reads all it answers.
    ///
    /// # Errors
    /// When it fails; `name` says which it was.
    pub async fn query(
        &self,
        name: &'static str,
        text: &str,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, Error> {
        self.client.query(text, params).await.map_err(|err| Error::of(name, &err))
    }
}
