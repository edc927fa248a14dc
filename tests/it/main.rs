//! All tests that need a Postgres, in one binary: they share one server.

#![expect(
    clippy::disallowed_methods,
    reason = "tests look behind the wall on connections of their own"
)]

mod attacks;
mod audit;
mod cli;
mod container;
mod demo;
mod embedding;
mod existence;
mod exports;
mod fuzz;
mod golden;
mod http;
mod incidents;
mod late;
mod launcher;
mod login;
mod replay;
mod schema;
mod seal;
mod server;
mod support;
mod tls;
mod undone;
mod wall;
mod watching;
mod world;
