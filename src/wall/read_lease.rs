//! A connection on loan for one read, and the reset that is enough after reads.
//!
//! After a read only settings and locks of the session can be left, because of what was sent: one statement, in the
//! extended protocol, that Postgres itself read as a SELECT whose own text (`wrapper.rs`) begins and ends outside the
//! file. So whatever is in the file, and whatever SQL anybody might get into it, it is a sub-select:
//! * no PREPARE or DEALLOCATE, cursor, LISTEN, temporary table (a sub-select takes no INTO), SET ROLE or COMMIT: those
//!   are commands, and functions that run a text run it read-only, which refuses them;
//! * settings (`set_config`), also `role` and `session_authorization`: undone by [`RESET_AFTER_READS`];
//! * locks of the session (`pg_advisory_lock`): undone by it;
//! * large objects that were opened, settings and locks of the transaction: ended with it;
//! * the seed of `random()`, the name (not the value) of a setting that nobody declared: stay, as after the full reset.
//!
//! `tests/it/wall/light_reset.rs` throws every expression of this kind at it. Anything else that was sent ([`Lease`])
//! is followed by the full reset, before reads too: a [`ReadLease`] is the only thing that leaves
//! [`Leftovers::OfReads`], and it cannot send anything but a wrapped read.

#![expect(clippy::disallowed_methods, reason = "sends the reset and the read in one flight")]

use tokio_postgres::{Row, types::ToSql};

use crate::wall::{
    Error,
    lease::{Lease, collect},
    manager::{Form, Holder, Leftovers, RESET_AFTER_READS},
};

/// A connection on loan for one wrapped read.
pub(super) struct ReadLease {
    lease: Lease,
    /// What the connection carries beside this read.
    before: Before,
    /// What it will carry after it.
    leaves: Leftovers,
}

/// What stands before the read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Nothing,
    /// What this holder did.
    Own,
    /// What another holder's reads left. The light reset is owed before anything else.
    Reads,
}

impl ReadLease {
    /// Takes a connection over. Resets it where more than reads may have left something.
    pub(super) async fn new(mut lease: Lease, holder: Holder) -> Result<ReadLease, Error> {
        let only_reads = Leftovers::OfReads(holder);
        let (before, leaves) = match lease.take_leftovers(Some(holder)) {
            Leftovers::None => (Before::Nothing, only_reads),
            Leftovers::OfReads(last) if last == holder => (Before::Own, only_reads),
            Leftovers::OfReads(_) => (Before::Reads, only_reads),
            // What this holder wrote before stays what it is: a read in between makes it no smaller.
            Leftovers::Of(last) if last == holder => (Before::Own, Leftovers::Of(holder)),
            Leftovers::Of(_) | Leftovers::Unknown => {
                lease.reset().await?;
                (Before::Nothing, only_reads)
            }
        };
        Ok(ReadLease { lease, before, leaves })
    }

    /// Sends the read, and what is owed before it in the same flight.
    pub(super) async fn read(
        &mut self,
        name: &'static str,
        wrapped: impl FnOnce() -> String,
        params: &[&(dyn ToSql + Sync)],
        rows_max: usize,
    ) -> Result<Vec<Row>, Error> {
        let prepared = match self.lease.prepared(name, Form::Wrapped) {
            Some(it) => it,
            None => {
                // Never prepared, nor planned for the first time, under a setting that somebody left.
                self.reset_now().await?;
                self.lease.prepare(name, Form::Wrapped, wrapped).await?
            }
        };
        if self.before != Before::Reads {
            return self.lease.query(name, &prepared, params, rows_max).await;
        }
        self.lease.set_busy(true);
        let client = self.lease.client();
        let (reset, rows) = tokio::join!(
            biased;
            client.batch_execute(RESET_AFTER_READS),
            collect(client, &prepared, params, rows_max),
        );
        let rows = self.lease.answered(name, rows, rows_max);
        // The read ran all the same. Nobody gets its answer, and nobody gets the connection.
        if let Err(err) = reset {
            self.lease.spoil();
            return Err(Error::of("reset", &err));
        }
        rows
    }

    /// Undoes what is there, this holder's own too, and waits for it.
    async fn reset_now(&mut self) -> Result<(), Error> {
        match (self.before, self.leaves) {
            (Before::Nothing, _) => {}
            (_, Leftovers::OfReads(_)) => {
                let reset = self.lease.client().batch_execute(RESET_AFTER_READS).await;
                if let Err(err) = reset {
                    self.lease.spoil();
                    return Err(Error::of("reset", &err));
                }
            }
            (_, Leftovers::Of(holder)) => {
                self.lease.reset().await?;
                self.leaves = Leftovers::OfReads(holder);
            }
            (_, Leftovers::None | Leftovers::Unknown) => self.lease.reset().await?,
        }
        self.before = Before::Nothing;
        Ok(())
    }

    /// Gives the connection back after the read was answered.
    pub(super) fn give_back(self, nobody_waits: bool) {
        self.lease.leave(self.leaves, nobody_waits);
    }
}
