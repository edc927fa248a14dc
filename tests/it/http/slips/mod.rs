//! Payment slips.

mod events;
mod get;
mod list;
mod register;
mod reissue;
mod void;
