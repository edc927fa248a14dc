//! Our test world, made public (feature `testkit`): a Postgres to test against, the wall installed, two
//! billers with users and slips, sealed pools, and `assert_isolated!` for any table.
//!
//! Everything panics instead of returning errors: it is for tests.

mod isolated;
mod served;
mod server;
mod settings;
mod template;
mod world;

pub use isolated::check as check_isolated;
pub use served::{Served, proof, wide};
pub use server::{TestServer, server, server_for_roles};
pub use settings::{Choice, IMAGE_DEFAULT, Settings};
pub use world::{
    A, B, Biller, CANARY, PASSWORD, SLIPS_A, SLIPS_B, World, register, sample_issuer, sample_slip,
};
