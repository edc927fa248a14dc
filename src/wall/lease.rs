//! A connection on loan: it goes back only after COMMIT was acknowledged, or when it is proved idle.

#![expect(clippy::disallowed_methods, reason = "decides what becomes of a connection")]

use std::{io, mem, ops::DerefMut, pin::pin, time::Duration};

use deadpool::managed::Object;
use futures_util::TryStreamExt;
use tokio::io::AsyncReadExt;
use tokio_postgres::{
    CancelToken, NoTls, Row, Statement as Prepared, config::Host, error::SqlState, types::ToSql,
};

use crate::wall::{
    Error,
    manager::{Connection, Form, Holder, Leftovers, Manager},
};

/// How long a connection may take to become idle again before it is thrown away.
const RECOVERY: Duration = Duration::from_secs(2);

/// How long a cancelled statement may go on before it is cancelled again.
const CANCEL_AGAIN: Duration = Duration::from_millis(100);

/// A connection on loan, for anything. Dropped without [`Lease::give_back`], it is cancelled, rolled back and reset;
/// and dropped for good when that does not work at once.
pub(super) struct Lease {
    object: Option<Object<Manager>>,
    server: Server,
    finished: bool,
    /// BEGIN was sent.
    begun: bool,
    /// Something of a holder ran since the connection was reset: it may have left settings.
    touched: bool,
    /// Something was sent and not yet answered to its end.
    busy: bool,
    /// No reset can make it good again.
    spoiled: bool,
    /// The holder before was the same.
    again: bool,
}

impl Lease {
    pub(super) fn new(object: Object<Manager>, server: Server) -> Lease {
        Lease {
            object: Some(object),
            server,
            finished: false,
            begun: false,
            touched: false,
            busy: false,
            spoiled: false,
            again: false,
        }
    }

    pub(super) fn connection(&mut self) -> &mut Connection {
        self.object
            .as_mut()
            .expect("is taken only by the methods that consume the lease")
            .deref_mut()
    }

    /// The connection's client, for sending.
    pub(super) fn client(&self) -> &tokio_postgres::Client {
        &self.object.as_ref().expect("is taken only by the methods that consume the lease").client
    }

    /// Marks that an answer is awaited, and that it has come.
    pub(super) fn set_busy(&mut self, busy: bool) {
        self.busy = busy;
    }

    /// Marks that BEGIN is on its way: from here on nothing can be reset before the transaction is over.
    pub(super) fn set_begun(&mut self) {
        self.begun = true;
        self.busy = true;
    }

    /// Marks that no reset can make the connection good again.
    pub(super) fn spoil(&mut self) {
        self.spoiled = true;
    }

    /// Takes what the connection may carry, which is anything for whoever looks while it is on loan; and remembers who
    /// has it now.
    pub(super) fn take_leftovers(&mut self, holder: Option<Holder>) -> Leftovers {
        let before = mem::replace(&mut self.connection().last, holder);
        self.again = holder.is_some() && before == holder;
        mem::replace(&mut self.connection().leftovers, Leftovers::Unknown)
    }

    /// Resets the connection unless it is clean, or this holder alone used it since it was.
    pub(super) async fn clean_for(&mut self, holder: Option<Holder>) -> Result<(), Error> {
        match self.take_leftovers(holder) {
            Leftovers::None => Ok(()),
            Leftovers::Of(last) | Leftovers::OfReads(last) if Some(last) == holder => {
                self.touched = true;
                Ok(())
            }
            Leftovers::Of(_) | Leftovers::OfReads(_) | Leftovers::Unknown => self.reset().await,
        }
    }

    /// The full reset, waited for.
    pub(super) async fn reset(&mut self) -> Result<(), Error> {
        let res = self.connection().reset().await;
        self.spoiled = res.is_err();
        self.touched = res.is_err();
        res
    }

    /// The prepared form of a text when this connection has one.
    pub(super) fn prepared(&mut self, name: &'static str, form: Form) -> Option<Prepared> {
        self.connection().prepared.get(&(name, form)).cloned()
    }

    /// The prepared form of a text, made on first use.
    ///
    /// Postgres decides at that moment what a text means, by the settings of that moment, and keeps it for every later
    /// holder. So nothing is prepared where something else ran since the reset; in the middle of a transaction,
    /// where nothing can be reset, it is prepared for this holder and anew after the next reset.
    pub(super) async fn prepare(
        &mut self,
        name: &'static str,
        form: Form,
        text: impl FnOnce() -> String,
    ) -> Result<Prepared, Error> {
        if let Some(it) = self.prepared(name, form) {
            return Ok(it);
        }
        if self.touched && !self.begun {
            self.reset().await?;
        }
        let (text, touched) = (text(), self.touched);
        let connection = self.connection();
        let it = connection.prepare(name, form, &text).await?;
        if touched {
            connection.doubtful.push(((name, form), text));
        }
        Ok(it)
    }

    /// Sends a prepared statement and reads at most `rows_max` rows: more are not even received.
    pub(super) async fn query(
        &mut self,
        name: &'static str,
        prepared: &Prepared,
        params: &[&(dyn ToSql + Sync)],
        rows_max: usize,
    ) -> Result<Vec<Row>, Error> {
        self.busy = true;
        self.touched = true;
        let rows = collect(self.client(), prepared, params, rows_max).await;
        self.answered(name, rows, rows_max)
    }

    /// Takes an answer: all its rows, or why there are none.
    pub(super) fn answered(
        &mut self,
        name: &'static str,
        rows: Collected,
        rows_max: usize,
    ) -> Result<Vec<Row>, Error> {
        // After the last row wanted there may be more under way: the lease stays busy then.
        self.busy = matches!(rows, Ok(None));
        let rows = rows.map_err(|err| self.told(name, &err))?;
        rows.ok_or(Error::TooManyRows { statement: name, rows_max })
    }

    /// Reads what Postgres said, and remembers when the connection's statements are no longer ours.
    pub(super) fn told(&mut self, name: &'static str, err: &tokio_postgres::Error) -> Error {
        // Deallocated behind our back, or of a table that has changed: every later use would fail too.
        let lost = [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::FEATURE_NOT_SUPPORTED];
        self.spoiled |= err.code().is_some_and(|code| lost.contains(code));
        Error::of(name, err)
    }

    /// Gives the connection back after its transaction has ended in a way that was acknowledged.
    pub(super) fn give_back(self, holder: Option<Holder>, nobody_waits: bool) {
        self.leave(holder.map_or(Leftovers::Unknown, Leftovers::Of), nobody_waits);
    }

    /// Gives the connection back with what it may carry now.
    ///
    /// When nobody waits for a connection the reset happens now, off the request's path. Not after a holder that
    /// had it twice running: that one will likely be the next as well, and any other resets it first.
    pub(super) fn leave(mut self, leftovers: Leftovers, nobody_waits: bool) {
        self.finished = true;
        self.connection().leftovers = leftovers;
        if let (true, Some(mut object)) = (nobody_waits && !self.again, self.object.take()) {
            tokio::spawn(async move {
                match object.reset().await {
                    Ok(()) => object.leftovers = Leftovers::None,
                    Err(_) => drop(Object::take(object)),
                }
            });
        }
    }
}

/// The rows of an answer; none when there are too many.
pub(super) type Collected = Result<Option<Vec<Row>>, tokio_postgres::Error>;

/// The rows of an answer; none when there are more than `rows_max`.
pub(super) async fn collect(
    client: &tokio_postgres::Client,
    prepared: &Prepared,
    params: &[&(dyn ToSql + Sync)],
    rows_max: usize,
) -> Collected {
    let mut stream = pin!(client.query_raw(prepared, params.iter().copied()).await?);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        if rows.len() == rows_max {
            return Ok(None);
        }
        rows.push(row);
    }
    Ok(Some(rows))
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let Some(mut object) = self.object.take() else { return };
        if self.spoiled {
            drop(Object::take(object));
            return;
        }
        // Without a runtime there is nobody to clean up: the connection ends here.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Object::take(object));
            return;
        };
        let (server, busy, begun) = (self.server.clone(), self.busy, self.begun);
        runtime.spawn(async move {
            let recovered = recover(&mut object, &server, busy, begun);
            let recovered = tokio::time::timeout(RECOVERY, recovered);
            if recovered.await.unwrap_or(false) {
                object.leftovers = Leftovers::None;
            } else {
                drop(Object::take(object));
            }
        });
    }
}

/// Ends what is running and resets. False when that cannot be done.
async fn recover(connection: &mut Connection, server: &Server, busy: bool, begun: bool) -> bool {
    let token = connection.client.cancel_token();
    if busy && server.cancel_and_wait(&token).await.is_err() {
        return false;
    }
    let mut reset = pin!(roll_back_and_reset(connection, begun));
    loop {
        match tokio::time::timeout(CANCEL_AGAIN, &mut reset).await {
            Ok(res) => return res.is_ok(),
            // The server had not begun the statement when the signal came, and ignored it. Should this
            // one meet the reset instead, the connection ends.
            Err(_) if busy && server.cancel_and_wait(&token).await.is_err() => return false,
            Err(_) => {}
        }
    }
}

/// The reset begins with a BEGIN, which a transaction that failed does not take.
async fn roll_back_and_reset(connection: &mut Connection, begun: bool) -> Result<(), Error> {
    if begun {
        let rolled_back = connection.client.batch_execute("rollback").await;
        rolled_back.map_err(|err| Error::of("rollback", &err))?;
    }
    connection.reset().await
}

/// Where the server listens, for cancel requests.
#[derive(Debug, Clone)]
pub(super) struct Server {
    host: Host,
    port: u16,
}

impl Server {
    /// The first host of a configuration.
    pub(super) fn of(config: &tokio_postgres::Config) -> Server {
        let host = config.get_hosts().first().cloned().unwrap_or(Host::Tcp("localhost".to_owned()));
        Server { host, port: config.get_ports().first().copied().unwrap_or(5432) }
    }

    /// Cancels the running statement and waits until the signal was sent.
    ///
    /// Reading the socket to its end is what makes reuse safe: `cancel_query` alone returns early, and
    /// the late signal killed the next statement on that connection in 42 to 75 % of tries (measured).
    async fn cancel_and_wait(&self, token: &CancelToken) -> io::Result<()> {
        match &self.host {
            Host::Tcp(host) => {
                let stream = tokio::net::TcpStream::connect((host.as_str(), self.port)).await?;
                send_cancel(token, stream).await
            }
            Host::Unix(dir) => {
                let path = dir.join(format!(".s.PGSQL.{}", self.port));
                send_cancel(token, tokio::net::UnixStream::connect(path).await?).await
            }
        }
    }
}

async fn send_cancel<S>(token: &CancelToken, mut stream: S) -> io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
{
    token.cancel_query_raw(&mut stream, NoTls).await.map_err(io::Error::other)?;
    let mut rest = [0_u8; 64];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}
