//! Payment slips.

mod events;
mod get;
mod list;
mod register;
mod reissue;
pub mod void;
