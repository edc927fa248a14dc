//! Payment slips.

mod by_state;
mod events;
mod get;
mod list;
mod register;
mod reissue;
pub mod void;
