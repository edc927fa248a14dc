//! Previews.

mod create;
