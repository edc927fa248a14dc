//! Watching an export. Every look goes through the watcher's own session, so a session that ends sees no more.
//!
//! Exports of this process wake their watchers. Those of another process are looked at every second. LISTEN is not
//! used: any role may read any channel, and a connection that listens is not clean for the next tenant.

use std::{fmt, str::FromStr, time::Duration};

use tokio::{sync::watch, time::Instant};

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::{Exporter, FetchError},
    statements::export_life::{AskProgress, Progress},
    wall,
};

/// Between two looks at least.
const GAP: Duration = Duration::from_millis(250);
/// Between two looks at an export of another process.
const POLL: Duration = Duration::from_secs(1);
/// Between two looks at an export of this process that tells nothing.
const POLL_OWN: Duration = Duration::from_secs(5);

/// How much of an export somebody has seen: the event that brought it into its state, and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    state_seq: i64,
    pages_done: i32,
}

impl From<&Progress> for Mark {
    fn from(it: &Progress) -> Mark {
        Mark { state_seq: it.state_seq, pages_done: it.pages_done }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.state_seq, self.pages_done)
    }
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(text: &str) -> Result<Mark, ()> {
        let (seq, pages) = text.split_once('.').ok_or(())?;
        let plain = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        if !plain(seq) || !plain(pages) {
            return Err(());
        }
        let state_seq = seq.parse().map_err(|_| ())?;
        Ok(Mark { state_seq, pages_done: pages.parse().map_err(|_| ())? })
    }
}

/// Somebody's look at one export, until it has ended.
pub struct Watch {
    exporter: Exporter,
    session: VerifiedSession,
    id: ExportId,
    changes: Option<watch::Receiver<u64>>,
    seen: Option<Mark>,
    /// The first look was taken to find out whether there is anything to watch.
    first: Option<Progress>,
    looked: Instant,
    over: bool,
}

impl Exporter {
    /// Begins to watch. `seen` is where an earlier watch ended.
    ///
    /// # Errors
    /// When the session's tenant has no such export.
    pub async fn watch(
        &self,
        session: &VerifiedSession,
        id: ExportId,
        seen: Option<Mark>,
    ) -> Result<Watch, FetchError> {
        // Before the look: what changes after it is told.
        let changes = self.inner.jobs.changes(session.tenant_id(), id);
        let ask = AskProgress { export_id: id.0 };
        let first = self.inner.pool.read(session, &ask).await?.pop();
        let first = first.ok_or(FetchError::NotFound)?;
        let over = !first.state.is_under_way() && seen == Some(Mark::from(&first));
        Ok(Watch {
            exporter: self.clone(),
            session: session.clone(),
            id,
            changes,
            seen,
            first: Some(first),
            looked: Instant::now(),
            over,
        })
    }
}

impl Watch {
    /// True when it has ended and whoever watches has seen it.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Waits for something new; none after the end was told.
    ///
    /// # Errors
    /// When the database cannot be asked, or the session is over. Asking again after an error looks again.
    pub async fn next(&mut self) -> Result<Option<(Mark, Progress)>, wall::Error> {
        while !self.over {
            let progress = match self.first.take() {
                Some(progress) => progress,
                None => self.look().await?,
            };
            let mark = Mark::from(&progress);
            if self.seen != Some(mark) {
                self.seen = Some(mark);
                self.over = !progress.state.is_under_way();
                return Ok(Some((mark, progress)));
            }
        }
        Ok(None)
    }

    async fn look(&mut self) -> Result<Progress, wall::Error> {
        let poll = if self.changes.is_some() { POLL_OWN } else { POLL };
        let woken = match &mut self.changes {
            Some(changes) => tokio::time::timeout(poll, changes.changed()).await,
            None => {
                tokio::time::sleep_until(self.looked + poll).await;
                Ok(Ok(()))
            }
        };
        if matches!(woken, Ok(Err(_))) {
            // This process works on it no more.
            self.changes = None;
        }
        tokio::time::sleep_until(self.looked + GAP).await;
        self.looked = Instant::now();
        let ask = AskProgress { export_id: self.id.0 };
        let mut found = self.exporter.inner.pool.read(&self.session, &ask).await?;
        found.pop().ok_or(wall::Error::Decode { statement: "export_life/progress.sql" })
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_is_read_as_it_is_written_and_nothing_else_is_one() {
        let mark = Mark { state_seq: 8123, pages_done: 66 };
        assert_eq!("8123.66".parse(), Ok(mark));
        assert_eq!(mark.to_string(), "8123.66");
        for text in ["", "1", "1.", ".1", "1.1.1", "-1.1", "+1.1", "1.x", "99999999999999999999.1"]
        {
            assert_eq!(text.parse::<Mark>(), Err(()), "{text}");
        }
    }
}
