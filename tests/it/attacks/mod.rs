//! The wall from below: every attack file against the real application role, in A's own transaction.

mod battery;
mod calls;
mod hardened;
mod list;
mod matrix;
mod mutations;
mod naive;
mod refused;
mod runner;
mod script;
mod secrets;
mod target;
mod unbound;
mod wire;

pub use matrix::order;
pub use mutations::{MUTATIONS, bypassing};
pub use target::{Target, party};
pub use unbound::fill;
pub use unbound::tables as tables_of_tenants;
pub use wire::{Outcome, Wire};
