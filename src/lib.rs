//! shikiri (仕切り, "partition"): a payment-slip service (払込票) for many billers in one Postgres,
//! in which **the database, not the program, decides whose rows a request may see**.

pub mod audit;
pub mod auth;
pub mod cli;
pub mod config;
pub mod dba;
pub mod domain;
pub mod export;
pub mod http;
pub mod intake;
pub mod lab;
pub mod pdf;
pub mod report;
pub mod statements;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod wall;
