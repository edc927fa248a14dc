//! The audit: its rules against databases that are broken on purpose, its attempts, and what it says of them.

mod clauses;
mod clean;
mod contract;
mod engine;
mod faults;
mod ground;
mod install;
mod proofs;
mod through_http;

pub use ground::{Ground, Planted, fault_settings, is_of_a_ground};
