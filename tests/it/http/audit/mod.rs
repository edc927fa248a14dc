//! The audit chain.

mod events;
