//! The audit: its rules, its attempts, and whether it sees what it must.

mod contract;
mod engine;
