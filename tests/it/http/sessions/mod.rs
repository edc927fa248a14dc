//! Sessions.

mod end;
mod list;
mod open;
mod refresh;
