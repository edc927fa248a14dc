//! Payment slips.

mod get;
mod list;
mod register;
