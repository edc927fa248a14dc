//! All tests that need a Postgres, in one binary: they share one server.

mod attacks;
mod container;
mod golden;
mod launcher;
mod schema;
mod server;
mod support;
mod world;
