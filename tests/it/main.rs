//! All tests that need a Postgres, in one binary: they share one server.

mod container;
mod launcher;
mod server;
mod support;
mod world;
