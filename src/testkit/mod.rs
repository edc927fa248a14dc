//! Our test world, made public (feature `testkit`): a Postgres to test against, and what is built on it.

mod server;
mod settings;

pub use server::{TestServer, server};
pub use settings::{Choice, IMAGE_DEFAULT, Settings};
