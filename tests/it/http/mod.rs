//! The REST surface over real sockets, on a real Postgres. The folders mirror `src/http`.

mod access_matrix;
mod client;
mod exports;
mod every_route;
mod health;
mod me;
mod sessions;
mod slips;
mod sockets;
mod users;
