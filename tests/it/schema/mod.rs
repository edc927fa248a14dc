//! The live schema: what every table must be, whatever migrations come.

mod changes;
mod columns;
mod digest;
mod guests;
mod migrate;
mod names_apart;
mod plan;
mod structure;

pub use structure::broken;
