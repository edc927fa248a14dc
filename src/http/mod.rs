//! The REST surface, on warp. It never draws, holds no SQL, and never rejects after a route matched.
//!
//! **Invariants.** A filter matches path and method, nothing else; everything after that is a handler that
//! *answers*. The tenant comes from the session and from nowhere else: no parameter, field or header of
//! a request names one. `problem` is the only place where an error becomes a status.

mod admin;
mod answer;
mod app;
mod around;
mod barcode;
mod body;
mod call;
mod caller;
mod etag;
mod exports;
mod faults;
mod fields;
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
mod payments;
mod places;
mod problem;
mod rate;
mod routes;
mod serve;
mod sessions;
mod slip_imports;
mod slips;
mod upload;
mod users;

pub use app::{App, Limits, Parts};
pub use around::quiet_panics;
pub use openapi::openapi_json;
pub use rate::Rate;
pub use routes::{Auth, ROUTES, Route};
pub use serve::{Config, Server, bind, serve};
