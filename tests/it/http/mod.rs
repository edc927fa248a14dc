//! The REST surface over real sockets, on a real Postgres. The folders mirror `src/http`.

mod access_matrix;
mod barcode;
pub(crate) mod client;
mod every_route;
mod exports;
mod health;
mod limits;
mod me;
mod payments;
mod routes;
mod sessions;
mod slip_imports;
mod slips;
mod sockets;
mod users;
