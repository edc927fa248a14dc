//! The REST surface over real sockets, on a real Postgres. The folders mirror `src/http`.

mod access_matrix;
mod audit;
pub(crate) mod client;
mod every_route;
pub(crate) mod exports;
mod health;
mod limits;
mod me;
mod previews;
mod routes;
mod sessions;
mod slips;
mod sockets;
mod users;
