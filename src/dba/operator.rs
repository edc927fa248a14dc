//! The operator's one connection: tenants, first users, keys. It reaches no column of a customer.

#![expect(clippy::disallowed_methods, reason = "the operator's login reaches no tenant row")]

use std::{str::FromStr, time::Duration};

use tokio_postgres::{Client, NoTls};

use crate::wall::{Error, OperatorCall, PINNED_OPTIONS, PLANNER_OPTIONS};

/// A connection as `shikiri_operator`, for the command line. Not pooled: one command, one connection.
pub struct Operator {
    client: Client,
}

impl Operator {
    /// Connects and passes the preflight.
    ///
    /// # Errors
    /// When there is no connection, or its role is not what it must be.
    pub async fn connect(url: &str) -> Result<Operator, Error> {
        let mut config = tokio_postgres::Config::from_str(url).map_err(|_| Error::Unavailable)?;
        config
            .options(format!("{PINNED_OPTIONS} {PLANNER_OPTIONS}"))
            .application_name("shikiri")
            .connect_timeout(Duration::from_secs(5));
        let connected = config.connect(NoTls).await;
        let (client, connection) = connected.map_err(|err| Error::of("connect", &err))?;
        tokio::spawn(connection);
        let passed = client.batch_execute("select shikiri_seal.preflight()").await;
        passed.map_err(|err| Error::of_preflight(&err))?;
        Ok(Operator { client })
    }

    /// Sends one call.
    ///
    /// # Errors
    /// When it fails.
    pub async fn call<C: OperatorCall>(&mut self, call: &C) -> Result<Vec<C::Row>, Error> {
        let statement = C::FILE.name;
        let rows = self.client.query(C::FILE.sql, &call.params()).await;
        let rows = rows.map_err(|err| Error::of(statement, &err))?;
        if C::ROWS_MAX < rows.len() {
            return Err(Error::TooManyRows { statement, rows_max: C::ROWS_MAX });
        }
        rows.iter().map(|row| C::decode(row).map_err(|_| Error::Decode { statement })).collect()
    }

    /// Sends one call that answers exactly one row.
    ///
    /// # Errors
    /// When it fails, or answers no row.
    pub async fn call_one<C: OperatorCall>(&mut self, call: &C) -> Result<C::Row, Error> {
        self.call(call).await?.pop().ok_or(Error::Decode { statement: C::FILE.name })
    }
}
