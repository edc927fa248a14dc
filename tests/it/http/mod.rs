//! The REST surface over real sockets, on a real Postgres. The folders mirror `src/http`.

mod access_matrix;
pub(crate) mod client;
mod every_route;
mod exports;
mod files;
mod health;
mod limits;
mod me;
mod routes;
mod sessions;
mod slips;
mod sockets;
mod users;
