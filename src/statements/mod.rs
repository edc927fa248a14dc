//! Every statement the service may send, by resource.

pub mod audit;
pub mod certificates;
pub mod deliveries;
pub mod export_life;
pub mod exports;
pub mod idempotency;
pub mod manifests;
pub mod operator;
pub mod payments;
pub mod previews;
pub mod reprints;
pub mod sessions;
pub mod slip_events;
pub mod slip_imports;
pub mod slips;
pub mod tenants;
pub mod users;
pub mod wall;
