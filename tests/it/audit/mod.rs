//! The audit's rules against databases that are broken on purpose, and against some that are not.

mod clauses;
mod clean;
mod faults;
mod ground;
mod install;
mod proofs;

pub use ground::{Ground, Planted, fault_settings, is_of_a_ground};
