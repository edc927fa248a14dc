//! The wall from below: every attack file against the real application role, in A's own transaction.

mod hardened;
mod list;
mod naive;
mod runner;
mod script;
mod target;
mod wire;
