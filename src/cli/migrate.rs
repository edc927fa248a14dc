//! `shikiri migrate`: tables, functions and policies.

use crate::{
    cli::Failure,
    config::Env,
    dba::catalog::{self, MigrationReport},
};

/// Arguments.
#[derive(clap::Args)]
#[group(multiple = false)]
pub(super) struct Args {
    /// Fail if anything would change; change nothing.
    #[arg(long)]
    check: bool,
    /// Say what would change; change nothing.
    #[arg(long)]
    plan: bool,
}

pub(super) async fn run(args: Args, env: &Env) -> Result<(), Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_MIGRATOR")?;
    if args.plan {
        tell("would apply", &catalog::plan(url).await?);
    } else if args.check {
        let report = catalog::check(url).await?;
        println!("up to date; wall {}", report.wall_digest.unwrap_or_default());
    } else {
        tell("applied", &catalog::migrate(url).await?);
    }
    Ok(())
}

fn tell(verb: &str, report: &MigrationReport) {
    for name in &report.migrations {
        println!("{verb} migration {name}");
    }
    if report.wall_applied {
        println!("{verb} functions and policies");
    }
    if report.migrations.is_empty() && !report.wall_applied {
        println!("nothing to do");
    }
    if let Some(digest) = &report.wall_digest {
        println!("wall {digest}");
    }
}
