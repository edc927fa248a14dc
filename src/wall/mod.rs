//! The only door to Postgres. TRUSTED: what is wrong here is wrong everywhere.
//!
//! **Invariants.** Nothing outside this room and `dba` names `tokio_postgres`, and no room but they holds SQL
//! text. A [`SealedTx`] or [`Pool::read`] is the one way to tenant rows, and they send [`Statement`]s
//! only. A connection goes back to its pool only in a known state.
//!
//! **To review it in an hour**, read in this order, and ask of each file what its line says:
//! 1. `statement.rs`, `text.rs`: what can be sent? Files that were counted while the program was compiled.
//! 2. `sql/functions/enter.sql` and what it calls, `tenant()`, one file of `sql/policies`: what does the seal do?
//! 3. `wrapper.rs`: can a planner run a file before `enter`, or instead of it?
//! 4. `sealed.rs`, `ticket.rs`: what opens a transaction, and what becomes of it when something fails?
//! 5. `rows.rs`: what is compared before a row is handed out?
//! 6. `manager.rs`, `lease.rs`, `read_lease.rs`: what does a connection carry from one holder to the next, and who
//!    decides which reset is enough? Nothing but a `ReadLease` may say that the small one is.
//! 7. `pool.rs`, `error.rs`: what is public, and what can an error tell?
//!
//! `tests/it/wall` and `tests/it/attacks` try each answer; `tests/tidy/core.rs` keeps it small enough.

mod error;
mod lease;
mod manager;
mod pool;
mod read_lease;
mod rows;
mod sealed;
mod statement;
mod text;
mod ticket;
mod wrapper;

/// What a log filter must end with, whatever else it lets through: the driver writes the values of
/// parameters at DEBUG, and what the server says beside an answer at INFO; both may name a customer.
/// The modules are named because a filter that names one would be more specific than the first.
pub const LOG_DIRECTIVES: &str =
    "tokio_postgres=warn,tokio_postgres::query=warn,tokio_postgres::connection=warn";

pub use error::Error;
#[cfg(feature = "testkit")]
#[doc(hidden)]
pub use manager::RESET_AFTER_READS;
pub use manager::{PINNED_OPTIONS, PLANNER_OPTIONS};
pub use pool::{Checker, Pool, PoolConfig};
pub(crate) use sealed::ENTER;
pub use sealed::SealedTx;
pub use statement::{Call, Door, File, OperatorCall, Owner, Params, Statement, Undecodable};
pub(crate) use statement::{door, operator_call};
pub use ticket::{CheckTicket, ExportTicket, Snapshot};
/// One row of an answer, for `decode` functions.
pub use tokio_postgres::Row;
#[cfg(feature = "testkit")]
#[doc(hidden)]
pub use wrapper::one_statement;
