//! All tests that need a Postgres, in one binary: they share one server.

mod container;
mod exports;
mod launcher;
mod server;
mod support;
mod world;
