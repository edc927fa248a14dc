//! `shikiri migrate`: tables, functions and policies.

use crate::{
    cli::Failure,
    config::Env,
    dba::catalog::{self, MigrationReport, SealWish},
};

/// Arguments.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Fail if anything would change; change nothing.
    #[arg(long, conflicts_with = "plan")]
    check: bool,
    /// Say what would change; change nothing.
    #[arg(long)]
    plan: bool,
    /// How to hold the seal, now and in later runs: by a parameter that only the keeper may set, by a MAC, or auto: by
    /// the parameter wherever bootstrap could grant it.
    #[arg(long, value_parser = ["auto", "parameter", "mac"])]
    seal: Option<String>,
}

pub(super) async fn run(args: Args, env: &Env) -> Result<(), Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_MIGRATOR")?;
    let wish = args.seal.as_deref().and_then(SealWish::parse);
    if args.plan {
        tell("would apply", &catalog::plan_sealed(url, wish).await?);
    } else if args.check {
        let report = catalog::check_sealed(url, wish).await?;
        let wall = report.wall_digest.unwrap_or_default();
        println!("up to date; sealed by {}; wall {wall}", report.seal.as_str());
    } else {
        tell("applied", &catalog::migrate_sealed(url, wish).await?);
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
    println!("sealed by {}", report.seal.as_str());
    if let Some(advisory) = report.advisory() {
        println!("{advisory}");
    }
    if let Some(digest) = &report.wall_digest {
        println!("wall {digest}");
    }
}
