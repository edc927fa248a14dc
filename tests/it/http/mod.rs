//! The REST surface over real sockets, on a real Postgres. The folders mirror `src/http`.

mod access_matrix;
mod audit;
mod barcode;
pub(crate) mod client;
mod every_route;
pub(crate) mod exports;
mod files;
mod health;
mod limits;
mod me;
pub mod payments;
mod previews;
mod routes;
mod sessions;
pub(crate) mod slip_imports;
mod slips;
mod sockets;
mod users;
