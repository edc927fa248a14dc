//! `shikiri verify`: is what was handed over what it says it is.

use crate::{
    cli::{Failure, chain},
    config::Env,
};

/// What to verify.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Compute an audit chain again, event by event.
    Chain(chain::Args),
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::Chain(args) => chain::run(args, env).await,
    }
}
