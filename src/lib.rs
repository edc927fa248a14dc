//! shikiri (仕切り, "partition"): a payment-slip service (払込票) for many billers in one Postgres,
//! in which **the database, not the program, decides whose rows a request may see**.

pub mod domain;
pub mod pdf;
pub mod report;
