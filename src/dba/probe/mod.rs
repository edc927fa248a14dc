//! Attempts on raw connections: what does a login see, what may it do, and whose rows are they?
//!
//! For tests and audits. It counts, compares and hashes; it never hands out a value of a row. What a
//! catalogue says (names, settings, texts of functions) is no such value, and goes out as text.
//!
//! And it writes: `rows` gives the two probe billers rows of their own in every tenant table, through the doors that
//! everybody uses, so that what an attempt does not see is known to be there.

#![expect(
    clippy::disallowed_methods,
    reason = "attempts are what this is for; it counts and hands out no value"
)]

mod canary;
mod look;
mod rows;
mod wire;
mod within;

pub use canary::{Canaries, Key};
pub use look::{Look, look_as, look_unbound};
pub(super) use rows::fill;
pub use wire::{Probe, Proof, Refusal, Seen, Unanswered, json_text, literal};
pub use within::Within;

/// Why an attempt could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or a statement of the probe itself failed.
    #[error("probe: {0}")]
    Postgres(String),
    /// A name that is not `schema.table` or `column` in plain characters.
    #[error("probe: a name must be plain: letters, digits and _ (schema.table)")]
    BadName,
}

impl From<tokio_postgres::Error> for Error {
    fn from(err: tokio_postgres::Error) -> Error {
        let Some(db) = err.as_db_error() else {
            let cause = std::error::Error::source(&err).map(ToString::to_string);
            return Error::Postgres(cause.map_or(err.to_string(), |it| format!("{err}: {it}")));
        };
        Error::Postgres(format!("{} ({})", db.message(), db.code().code()))
    }
}
