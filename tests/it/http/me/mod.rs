//! The caller.

mod change_password;
mod get;
