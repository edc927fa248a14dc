//! The audit: its rules against databases that are broken on purpose, its attempts, and what it says of them.

mod cases;
mod clauses;
mod clean;
mod contract;
mod engine;
mod faults;
mod from_a_file;
mod ground;
mod install;
mod probe_billers;
mod proofs;
mod through_http;
mod variants;

pub use ground::{Ground, OF_OTHERS, Planted, fault_settings, is_of_a_ground};
