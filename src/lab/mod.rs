//! A database of our own for demonstrations, measurements and tests: it finds or starts a server that nobody else uses.
//!
//! **Architecture invariant:** `lab` only ever touches servers and databases that it made itself, or that were named
//! to it for that purpose. It speaks no SQL here: a server counts as ready when PostgreSQL itself says so in its
//! `postmaster.pid`, so the only client library of the house stays in `wall` and `dba`.

mod binaries;
mod conninfo;
mod error;
mod ground;
mod identity;
mod launcher;
mod load;
pub mod naive;
mod people;
mod reaper;
pub mod replay;
mod server;
mod stage;
mod storage;
pub mod world_of_2023;

#[cfg(feature = "testkit")]
pub mod container;

pub use conninfo::Conninfo;
pub use error::Error;
pub use ground::Ground;
pub use launcher::{Launcher, Options};
pub use people::Person;
pub use server::Server;
pub use stage::{Say, Stage, StageError};
