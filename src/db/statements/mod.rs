//! Every statement the service may send, by resource.

pub mod certificates;
pub mod deliveries;
pub mod exports;
pub mod idempotency;
pub mod operator;
pub mod reprints;
pub mod sessions;
pub mod slips;
pub mod users;
pub mod wall;
