//! One transaction, one tenant.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that sends, and only what a Statement holds"
)]

use tokio_postgres::{Row, types::ToSql};

use crate::{
    auth::VerifiedSession,
    domain::TenantId,
    wall::{
        CheckTicket, Error, ExportTicket, Snapshot, Statement,
        lease::Lease,
        manager::{Form, Holder},
        pool::Inner,
        rows,
    },
};

/// Seals a transaction to a session's tenant. The credential is its one parameter.
pub(crate) const ENTER: &str = include_str!("../../sql/queries/doors/enter.sql");

/// What opens a door, and whose rows lie behind it according to the one who signed it.
pub(super) struct Credential<'a> {
    door: &'static str,
    sql: &'static str,
    secret: &'a str,
    /// Who holds it. Its tenant is the one that was signed.
    holder: Holder,
}

impl<'a> Credential<'a> {
    pub(super) fn session(session: &'a VerifiedSession) -> Self {
        Credential {
            door: "doors/enter.sql",
            sql: ENTER,
            secret: session.secret(),
            holder: Holder { tenant: session.tenant_id(), by: session.session_id() },
        }
    }

    pub(super) fn export(ticket: &'a ExportTicket) -> Self {
        Credential {
            door: "doors/enter_export.sql",
            sql: include_str!("../../sql/queries/doors/enter_export.sql"),
            secret: ticket.secret(),
            holder: Holder { tenant: ticket.tenant_id(), by: ticket.export_id().0 },
        }
    }

    pub(super) fn check(ticket: &'a CheckTicket) -> Self {
        Credential {
            door: "doors/enter_check.sql",
            sql: include_str!("../../sql/queries/doors/enter_check.sql"),
            secret: ticket.secret(),
            holder: Holder { tenant: ticket.tenant_id(), by: ticket.export_id().0 },
        }
    }
}

/// What kind of transaction is opened.
pub(super) enum Mode {
    /// Read committed, may write.
    Write,
    /// One snapshot, read only.
    Snapshot,
    /// The snapshot of another transaction, read only.
    Imported(Snapshot),
}

impl Mode {
    fn begin(&self) -> String {
        match self {
            Mode::Write => "begin".to_owned(),
            Mode::Snapshot => "begin isolation level repeatable read read only".to_owned(),
            Mode::Imported(snapshot) => format!(
                "begin isolation level repeatable read read only; set transaction snapshot '{}'",
                snapshot.as_str()
            ),
        }
    }
}

/// One transaction that sees one tenant.
///
/// It sends [`Statement`]s:
///
/// ```no_run
/// use shikiri::{auth::VerifiedSession, wall::{Error, Pool}, statements::slips::ListSlips};
/// async fn list(pool: &Pool, session: &VerifiedSession, list: &ListSlips) -> Result<(), Error> {
///     let mut tx = pool.enter(session).await?;
///     tx.fetch(list).await?;
///     tx.commit().await
/// }
/// ```
///
/// and nothing else; SQL text does not compile:
///
/// ```compile_fail,E0277
/// async fn leak(mut tx: shikiri::wall::SealedTx) {
///     tx.fetch("select * from shikiri.slip").await;
/// }
/// ```
///
/// Nobody can make one without a credential that was verified:
///
/// ```compile_fail,E0451
/// let tx = shikiri::wall::SealedTx { lease: None };
/// ```
pub struct SealedTx {
    /// Taken by `commit`. Still here in `drop` means that the work did not finish.
    lease: Option<Lease>,
    inner: Inner,
    /// Whose transaction it is.
    holder: Holder,
    failed: bool,
}

/// Sends BEGIN, the door, one statement and COMMIT in one burst, and looks at all four answers.
///
/// Whichever of them fails, nothing was written: after a BEGIN that failed the door's seal ends with
/// the door and the statement is refused, after a door that failed the transaction takes nothing more.
pub(super) async fn write<S: Statement>(
    inner: &Inner,
    credential: Credential<'_>,
    statement: &S,
) -> Result<Vec<S::Row>, Error> {
    let (door, name, holder) = (credential.door, S::FILE.name, credential.holder);
    let tenant = holder.tenant;
    let mut lease = inner.lease(Some(holder)).await?;
    // Prepared before: a Parse of its own would arrive after the COMMIT.
    let enter = lease.prepare(door, Form::Plain, || credential.sql.to_owned()).await?;
    let prepared = lease.prepare(name, Form::Plain, || S::FILE.sql.to_owned()).await?;
    let secret: [&(dyn ToSql + Sync); 1] = [&credential.secret];
    let params = rows::params(statement)?;
    lease.set_begun();
    let client = lease.client();
    let (begun, entered, rows, committed) = tokio::join!(
        biased;
        client.batch_execute("begin"),
        client.query_one(&enter, &secret),
        client.query(&prepared, &params),
        client.batch_execute("commit"),
    );
    lease.set_busy(false);
    begun.map_err(|err| lease.told("begin", &err))?;
    let entered = entered.map_err(|err| lease.told(door, &err))?;
    let rows = rows.map_err(|err| lease.told(name, &err))?;
    committed.map_err(|err| lease.told("commit", &err))?;
    let res = check_door(door, &entered, tenant).and_then(|()| rows::decode::<S>(&rows, tenant));
    inner.give_back(lease, Some(holder));
    res
}

/// Compares who was let in with who was signed.
fn check_door(door: &'static str, entered: &Row, witness: TenantId) -> Result<(), Error> {
    match entered.try_get::<_, i32>("entered") {
        Ok(it) if it == witness.0 => Ok(()),
        Ok(_) => Err(Error::ForeignRow { statement: door }),
        Err(_) => Err(Error::Decode { statement: door }),
    }
}

/// Sends BEGIN and the door in one burst, and compares who was let in with who was signed.
pub(super) async fn open(
    inner: &Inner,
    credential: Credential<'_>,
    mode: Mode,
) -> Result<SealedTx, Error> {
    let (door, holder) = (credential.door, credential.holder);
    let mut lease = inner.lease(Some(holder)).await?;
    let text = || credential.sql.to_owned();
    let prepared = lease.prepare(door, Form::Plain, text).await?;
    lease.set_begun();
    let client = lease.client();
    let begin = mode.begin();
    let params: [&(dyn ToSql + Sync); 1] = [&credential.secret];
    let (begun, entered) = tokio::join!(
        biased;
        client.batch_execute(&begin),
        client.query_one(&prepared, &params),
    );
    lease.set_busy(false);
    begun.map_err(|err| lease.told("begin", &err))?;
    let entered = entered.map_err(|err| lease.told(door, &err))?;
    check_door(door, &entered, holder.tenant)?;
    Ok(SealedTx { lease: Some(lease), inner: inner.clone(), holder, failed: false })
}

impl SealedTx {
    /// The tenant it is sealed to.
    pub fn tenant_id(&self) -> TenantId {
        self.holder.tenant
    }

    /// Sends a statement and reads every row, or fails.
    ///
    /// # Errors
    /// When the statement fails, answers more than its limit, or a row is of another tenant. After any
    /// of these the transaction refuses to commit.
    pub async fn fetch<S: Statement>(&mut self, statement: &S) -> Result<Vec<S::Row>, Error> {
        if self.failed {
            return Err(Error::AlreadyFailed);
        }
        // Set first: a future that is dropped half way leaves a transaction that cannot commit.
        self.failed = true;
        let name = S::FILE.name;
        let lease = self.lease.as_mut().expect("is taken only by commit");
        let text = || S::FILE.sql.to_owned();
        let prepared = lease.prepare(name, Form::Plain, text).await?;
        let rows = lease.query(name, &prepared, &rows::params(statement)?, S::ROWS_MAX).await?;
        let res = rows::decode::<S>(&rows, self.holder.tenant)?;
        self.failed = false;
        Ok(res)
    }

    /// Sends a statement that answers exactly one row.
    ///
    /// # Errors
    /// As [`SealedTx::fetch`], and when there is no row.
    pub async fn fetch_one<S: Statement>(&mut self, statement: &S) -> Result<S::Row, Error> {
        let mut rows = self.fetch(statement).await?;
        match rows.pop() {
            Some(row) if rows.is_empty() => Ok(row),
            _ => {
                self.failed = true;
                Err(Error::Decode { statement: S::FILE.name })
            }
        }
    }

    /// Ends the transaction and gives the connection back.
    ///
    /// # Errors
    /// When a statement had failed (Postgres would answer COMMIT with a quiet ROLLBACK), or COMMIT
    /// itself failed. Nothing was written then; after [`Error::Unavailable`] nobody knows: the
    /// connection ended while COMMIT was under way.
    pub async fn commit(mut self) -> Result<(), Error> {
        if self.failed {
            return Err(Error::AlreadyFailed);
        }
        self.failed = true;
        let mut lease = self.lease.take().expect("is taken only here");
        lease.set_busy(true);
        lease.client().batch_execute("commit").await.map_err(|err| Error::of("commit", &err))?;
        lease.set_busy(false);
        self.inner.give_back(lease, Some(self.holder));
        Ok(())
    }
}
