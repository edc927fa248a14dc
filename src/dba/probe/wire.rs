//! A raw connection of an audit: it sends any text, and lets out counts, codes and hashes.

use std::{
    collections::BTreeSet,
    mem,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage, SimpleQueryRow, types::Type};

use super::{Canaries, Error, Key, Within};

/// Why Postgres did not do it. No message: it may hold a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The SQLSTATE.
    pub code: String,
    /// The constraint that was named, if one was.
    pub constraint: Option<String>,
}

/// What an error of an attempt proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The server refused for lack of right.
    Denied,
    /// A constraint spoke: every policy had let the row pass by then.
    Constraint,
    /// A value was not of its type: nothing was asked of any policy.
    Unfit,
    /// Anything else: a lock, the time, a read-only server, a function's own error. Nothing was tried.
    Nothing,
}

impl Refusal {
    /// What it proves: the one list. `private` are codes by which this database refuses, besides 42501.
    pub fn proves(&self, private: &[String]) -> Proof {
        match self.code.as_str() {
            "42501" => Proof::Denied,
            code if private.iter().any(|it| it == code) => Proof::Denied,
            code if code.starts_with("23") => Proof::Constraint,
            // 22012 is a division by zero: an attempt of ours that was evaluated.
            code if code.starts_with("22") && code != "22012" => Proof::Unfit,
            _ => Proof::Nothing,
        }
    }

    /// Says whether it is a constraint's word: the row had passed every policy by then.
    pub fn is_constraint(&self) -> bool {
        self.code.starts_with("23")
    }

    /// Says whether this may stand for a refusal in a configuration: never what a busy or read-only server says.
    pub fn may_be_private(code: &str) -> bool {
        let shape = code.len() == 5
            && code.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
        let busy = ["08", "23", "25", "40", "53", "54", "55", "57", "58", "F0", "XX"];
        shape && !busy.iter().any(|it| code.starts_with(it))
    }

    /// Says whether it is no answer: a lock, the time or the server's means were not enough, or the connection is gone.
    pub fn is_no_answer(&self) -> bool {
        let means = ["55P03", "57014", "40001", "40P01", "53100", "53200", "53300", IO];
        means.contains(&self.code.as_str()) || self.code.starts_with("57P")
    }
}

/// Stands for the SQLSTATE where none came: the connection is gone.
const IO: &str = "io";

/// Statements that had no answer: how many, and the SQLSTATEs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unanswered {
    /// How many.
    pub statements: u64,
    /// Each code once.
    pub codes: BTreeSet<String>,
}

/// What an attempt brought back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Rows that were answered, or changed.
    pub rows: u64,
    /// Canaries of the other tenant in them.
    pub canaries: usize,
    /// SHA-256 over all of it, with this run's salt.
    pub hash: String,
}

/// One login's connection.
pub struct Probe {
    client: Client,
    salt: [u8; 32],
    /// Kept here and not by those who ask, so that none of them can take it for a refusal.
    unanswered: Mutex<Unanswered>,
}

/// A text as a SQL literal.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// A text as a JSON string.
pub fn json_text(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

impl Probe {
    /// Logs in. Statements give up waiting for a lock after 100 ms, and altogether after a while.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn connect(url: &str, salt: [u8; 32]) -> Result<Probe, Error> {
        let mut config = tokio_postgres::Config::from_str(url)
            .map_err(|_| Error::Postgres("the URL cannot be read".to_owned()))?;
        config.application_name("shikiri audit").connect_timeout(Duration::from_secs(5));
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        let probe = Probe { client, salt, unanswered: Mutex::default() };
        let calm = "set lock_timeout = '100ms'; set statement_timeout = '15s'; \
             set client_min_messages = error";
        probe.client.batch_execute(calm).await?;
        Ok(probe)
    }

    /// Sends statements that answer nothing; says how many rows the last of them changed.
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn run(&self, sql: &str) -> Result<u64, Refusal> {
        self.run_with(sql, &[]).await
    }

    /// Like [`Probe::run`], with `$1`, `$2` … replaced by what a tenant has.
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn run_with(&self, sql: &str, keys: &[&Key]) -> Result<u64, Refusal> {
        Ok(changed(&self.send(&filled(sql, keys)).await?))
    }

    /// Sends a statement and says what came back, without saying it.
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn look(
        &self,
        sql: &str,
        keys: &[&Key],
        canaries: &Canaries,
    ) -> Result<Seen, Refusal> {
        let text = filled(sql, keys);
        let messages = self.send(&text).await?;
        Ok(self.seen(&messages, &text, canaries))
    }

    pub(super) fn seen(
        &self,
        messages: &[SimpleQueryMessage],
        sent: &str,
        canaries: &Canaries,
    ) -> Seen {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        let mut seen = Seen::default();
        for message in messages {
            let SimpleQueryMessage::Row(row) = message else { continue };
            seen.rows += 1;
            for cell in cells(row).into_iter().flatten() {
                seen.canaries += canaries.found_in(&cell, sent);
                hash.update((cell.len() as u64).to_be_bytes());
                hash.update(cell.as_bytes());
            }
        }
        seen.hash = hex::encode(hash.finalize());
        seen
    }

    /// The numbers of the first row; what is no number counts as -1.
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn numbers(&self, sql: &str, keys: &[&Key]) -> Result<Vec<i64>, Refusal> {
        Ok(numbers(&self.send(&filled(sql, keys)).await?))
    }

    /// The same questions, each between a savepoint and the way back to it: see [`Within`].
    pub fn within(&self) -> Within<'_> {
        Within::of(self)
    }

    /// Reads a catalogue with one jsonb parameter: names and texts of definitions, never rows of a tenant.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn catalogue(
        &self,
        sql: &str,
        settings: &str,
    ) -> Result<Vec<Vec<Option<String>>>, Error> {
        let settings: serde_json::Value = serde_json::from_str(settings)
            .map_err(|_| Error::Postgres("the settings are no JSON".to_owned()))?;
        let rows = self.client.query_typed(sql, &[(&settings, Type::JSONB)]).await?;
        rows.iter()
            .map(|row| (0..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>())
            .collect::<Result<_, _>>()
            .map_err(Error::from)
    }

    /// Reads a catalogue without a parameter, as text.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn names(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
        Ok(rows(&self.client.simple_query(sql).await?))
    }

    /// Calls the function that enters a tenant. The credential travels as a parameter.
    ///
    /// # Errors
    /// The refusal, when it does not let in.
    pub async fn enter(&self, function: &str, credential: &str) -> Result<(), Refusal> {
        let text = format!("select {function}($1)");
        let sent = self.client.query_typed(&text, &[(&credential, Type::TEXT)]).await;
        sent.map(drop).map_err(|err| self.refusal(&err))
    }

    /// What had no answer since this was asked before.
    pub fn take_unanswered(&self) -> Unanswered {
        mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Unanswered> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self, err: &tokio_postgres::Error) -> Refusal {
        let refusal = refusal(err);
        if refusal.is_no_answer() {
            let mut unanswered = self.lock();
            unanswered.statements += 1;
            unanswered.codes.insert(refusal.code.clone());
        }
        refusal
    }

    /// The values of one column, for [`Canaries`] alone.
    pub(super) async fn values(&self, sql: &str) -> Result<Vec<String>, Error> {
        let rows = self.names(sql).await?;
        Ok(rows.into_iter().filter_map(|it| it.into_iter().next().flatten()).collect())
    }

    pub(super) async fn send(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, Refusal> {
        self.client.simple_query(sql).await.map_err(|err| self.refusal(&err))
    }
}

/// Rows that the last statement changed.
pub(super) fn changed(messages: &[SimpleQueryMessage]) -> u64 {
    let count = |it: &SimpleQueryMessage| match it {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    };
    messages.iter().filter_map(count).next_back().unwrap_or(0)
}

/// The first row as numbers.
pub(super) fn numbers(messages: &[SimpleQueryMessage]) -> Vec<i64> {
    let number = |it: Option<String>| it.and_then(|it| it.parse().ok()).unwrap_or(-1);
    rows(messages).into_iter().next().unwrap_or_default().into_iter().map(number).collect()
}

pub(super) fn rows(messages: &[SimpleQueryMessage]) -> Vec<Vec<Option<String>>> {
    let row = |it: &SimpleQueryMessage| match it {
        SimpleQueryMessage::Row(row) => Some(cells(row)),
        _ => None,
    };
    messages.iter().filter_map(row).collect()
}

fn cells(row: &SimpleQueryRow) -> Vec<Option<String>> {
    (0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()
}

/// `$1` stands for the first key; there are never ten.
pub(super) fn filled(sql: &str, keys: &[&Key]) -> String {
    let mut text = sql.to_owned();
    for (at, key) in keys.iter().enumerate() {
        text = text.replace(&format!("${}", at + 1), &key.literal());
    }
    text
}

fn refusal(err: &tokio_postgres::Error) -> Refusal {
    match err.as_db_error() {
        Some(db) => Refusal {
            code: db.code().code().to_owned(),
            constraint: db.constraint().map(str::to_owned),
        },
        None => Refusal { code: IO.to_owned(), constraint: None },
    }
}

#[cfg(test)]
mod tests {
    use super::{Proof, Refusal};

    fn proves(code: &str) -> Proof {
        Refusal { code: code.to_owned(), constraint: None }.proves(&["SK001".to_owned()])
    }

    #[test]
    fn only_a_lack_of_right_is_a_denial() {
        assert_eq!((proves("42501"), proves("SK001")), (Proof::Denied, Proof::Denied));
        for it in ["23505", "23503", "23514"] {
            assert_eq!(proves(it), Proof::Constraint, "{it}");
        }
        for it in ["22P02", "22003", "22007", "22023"] {
            assert_eq!(proves(it), Proof::Unfit, "{it}");
        }
        // A standby, a lock, a cancelled statement, a lost connection, a function's own error, a name that is missing.
        for it in [
            "25006", "55P03", "57014", "57P01", "40P01", "io", "P0001", "42P01", "42704", "55000",
            "22012", "25P01",
        ] {
            assert_eq!(proves(it), Proof::Nothing, "{it}");
        }
    }

    #[test]
    fn what_a_busy_or_read_only_server_says_cannot_be_declared_a_refusal() {
        for it in ["25006", "55P03", "57014", "40001", "53300", "XX000", "io", "sk001", "23505"] {
            assert!(!Refusal::may_be_private(it), "{it}");
        }
        for it in ["SK001", "P0001", "42704", "22P02"] {
            assert!(Refusal::may_be_private(it), "{it}");
        }
    }
}
