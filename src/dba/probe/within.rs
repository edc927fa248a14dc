//! Questions of an audit inside a transaction that goes on after them.

use tokio_postgres::SimpleQueryMessage;

use super::{
    Canaries, Key, Probe, Refusal, Seen,
    wire::{changed, filled, numbers, rows},
};

/// Questions that leave the transaction as it was, an error too: a savepoint, the statement and the way back go out at
/// once, in one round trip. Several may be under way on one connection; Postgres answers them in order.
pub struct Within<'a>(&'a Probe);

impl<'a> Within<'a> {
    pub(super) fn of(probe: &'a Probe) -> Within<'a> {
        Within(probe)
    }

    /// Like [`Probe::run`].
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn run(&self, sql: &str) -> Result<u64, Refusal> {
        Ok(changed(&self.send(sql, &[]).await?))
    }

    /// Like [`Probe::look`].
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn look(&self, sql: &str, canaries: &Canaries) -> Result<Seen, Refusal> {
        let messages = self.send(sql, &[]).await?;
        Ok(self.0.seen(&messages, sql, canaries))
    }

    /// Like [`Probe::numbers`].
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn numbers(&self, sql: &str) -> Result<Vec<i64>, Refusal> {
        Ok(numbers(&self.send(sql, &[]).await?))
    }

    /// Like [`Probe::names`].
    ///
    /// # Errors
    /// The refusal, when Postgres does not do it.
    pub async fn names(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Refusal> {
        Ok(rows(&self.send(sql, &[]).await?))
    }

    /// How many rows the planner expects of a statement: the first `rows=` of its EXPLAIN.
    pub async fn plan_rows(&self, sql: &str, keys: &[&Key]) -> Option<u64> {
        let messages = self.send(sql, keys).await.ok()?;
        messages.iter().find_map(|it| {
            let SimpleQueryMessage::Row(row) = it else { return None };
            let (_, after) = row.get(0)?.split_once("rows=")?;
            after.split(' ').next()?.parse().ok()
        })
    }

    async fn send(&self, sql: &str, keys: &[&Key]) -> Result<Vec<SimpleQueryMessage>, Refusal> {
        let text = filled(sql, keys);
        let (saved, sent, _) = tokio::join!(
            biased;
            self.0.send("savepoint look"),
            self.0.send(&text),
            self.0.send("rollback to savepoint look")
        );
        saved.and(sent)
    }
}
