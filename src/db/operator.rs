//! The operator's one connection: tenants, first users, keys. It reaches no column of a customer.

#![expect(clippy::disallowed_methods, reason = "the operator's login reaches no tenant row")]

use std::str::FromStr;

use deadpool::managed::Manager as _;

use crate::db::{
    Error, OperatorCall,
    manager::{Connection, Form, Manager},
    rows,
};

/// A connection as `shikiri_operator`, for the command line. Not pooled: one command, one connection.
pub struct Operator {
    connection: Connection,
}

impl Operator {
    /// Connects and passes the preflight.
    ///
    /// # Errors
    /// When there is no connection, or its role is not what it must be.
    pub async fn connect(url: &str) -> Result<Operator, Error> {
        let config = tokio_postgres::Config::from_str(url).map_err(|_| Error::Unavailable)?;
        Ok(Operator { connection: Manager::new(config).create().await? })
    }

    /// Sends one call.
    ///
    /// # Errors
    /// When it fails.
    pub async fn call<C: OperatorCall>(&mut self, call: &C) -> Result<Vec<C::Row>, Error> {
        let name = C::FILE.name;
        let text = || C::FILE.sql.to_owned();
        let prepared = self.connection.prepare(name, Form::Plain, text).await?;
        let rows = self.connection.client.query(&prepared, &call.params()).await;
        rows::decode_unsealed::<C>(&rows.map_err(|err| Error::of(name, &err))?)
    }

    /// Sends one call that answers exactly one row.
    ///
    /// # Errors
    /// When it fails, or answers no row.
    pub async fn call_one<C: OperatorCall>(&mut self, call: &C) -> Result<C::Row, Error> {
        self.call(call).await?.pop().ok_or(Error::Decode { statement: C::FILE.name })
    }
}
