//! The REST surface, on warp. It never draws, holds no SQL, and never rejects after a route matched.
//!
//! **Invariants.** A filter matches path and method, nothing else; everything after that is a handler that
//! *answers*. The tenant comes from the session and from nowhere else: no parameter, field or header of
//! a request names one. `problem` is the only place where an error becomes a status.

mod admin;
mod answer;
mod app;
mod around;
mod body;
mod call;
mod caller;
mod exports;
mod fields;
mod files;
mod health;
mod idempotency;
mod json;
mod language;
mod me;
mod metrics;
mod names;
mod openapi;
mod paging;
mod params;
mod passwords;
mod problem;
mod rate;
mod routes;
mod serve;
mod sessions;
mod slips;
mod users;

pub use app::{App, Limits, Parts};
pub use around::quiet_panics;
pub use openapi::openapi_json;
pub use rate::Rate;
pub use routes::{Auth, ROUTES, Route};
pub use serve::{Config, Server, bind, serve};
