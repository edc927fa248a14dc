//! The only door to Postgres. TRUSTED: what is wrong here is wrong everywhere.
//!
//! **Invariants.** Nothing outside this room and `dba` names `tokio_postgres`, and no room but they holds SQL
//! text. A [`SealedTx`] or [`Pool::read`] is the one way to tenant rows, and they send [`Statement`]s
//! only. A connection goes back to its pool only in a known state.

mod error;
mod lease;
mod manager;
mod pool;
mod rows;
mod sealed;
mod statement;
mod ticket;
mod wrapper;

/// What a log filter must end with, whatever else it lets through: the driver writes the values of
/// parameters at DEBUG, and what the server says beside an answer at INFO; both may name a customer.
/// The modules are named because a filter that names one would be more specific than the first.
pub const LOG_DIRECTIVES: &str =
    "tokio_postgres=warn,tokio_postgres::query=warn,tokio_postgres::connection=warn";

pub use error::Error;
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
