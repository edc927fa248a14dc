//! Logins that are no service: the DBA's (bootstrap, migrate, rules, attempts) and the operator's.
//!
//! **Invariant.** Raw connections, never pooled and never sealed. None of them is `shikiri_app` or
//! `shikiri_checker` at a request's work: what they send is ours, not a client's.

pub mod bare;
pub mod catalog;
mod operator;
pub mod probe;

pub use operator::Operator;
