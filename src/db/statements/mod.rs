//! Every statement the service may send, by resource.

pub mod exports;
pub mod idempotency;
pub mod operator;
pub mod payments;
pub mod sessions;
pub mod slip_events;
pub mod slip_imports;
pub mod slips;
pub mod tenants;
pub mod users;
pub mod wall;
