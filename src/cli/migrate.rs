//! `shikiri migrate`: tables, functions and policies; and who may stand beside them.

use crate::{
    cli::Failure,
    config::Env,
    dba::catalog::{self, Allowance, Guest, MigrationReport, SealWish},
};

/// Arguments.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Fail if anything would change; change nothing.
    #[arg(long, conflicts_with_all = ["plan", "allow_role", "disallow_role", "guard_schema", "unguard_schema"])]
    check: bool,
    /// Say what would change; change nothing.
    #[arg(long, conflicts_with_all = ["allow_role", "disallow_role", "guard_schema", "unguard_schema"])]
    plan: bool,
    /// How to hold the seal, now and in later runs: by a parameter that only the keeper may set, by a MAC, or auto: by
    /// the parameter wherever bootstrap could grant it.
    #[arg(long, value_parser = ["auto", "parameter", "mac"])]
    seal: Option<String>,
    /// Let a role that is no part of the wall have what would otherwise be a difference of it: read, execute,
    /// bypassrls, replication, superuser, or membership in a role of Postgres (pg_…).
    #[arg(long, value_name = "NAME:MAY[,MAY]")]
    allow_role: Vec<Allowance>,
    /// Let it have nothing any more.
    #[arg(long, value_name = "NAME")]
    disallow_role: Vec<String>,
    /// Guard the tables of a schema of your own like ours: each must be forced and have its floor.
    #[arg(long, value_name = "NAME")]
    guard_schema: Vec<String>,
    /// Guard them no longer.
    #[arg(long, value_name = "NAME")]
    unguard_schema: Vec<String>,
}

impl Args {
    fn guests(&self) -> Vec<Guest> {
        let allow = |it: &Allowance| Guest::Allow(it.0.clone(), it.1.clone());
        let names = |list: &[String], guest: fn(String) -> Guest| -> Vec<Guest> {
            list.iter().cloned().map(guest).collect()
        };
        let mut res = names(&self.disallow_role, Guest::Disallow);
        res.extend(self.allow_role.iter().map(allow));
        res.extend(names(&self.unguard_schema, Guest::Unguard));
        res.extend(names(&self.guard_schema, Guest::Guard));
        res
    }
}

pub(super) async fn run(args: Args, env: &Env) -> Result<(), Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_MIGRATOR")?;
    let wish = args.seal.as_deref().and_then(SealWish::parse);
    if args.plan {
        let planned = catalog::plan_sealed(url, wish).await?;
        say(&planned);
        tell("would apply", &planned);
        return Ok(());
    }
    if args.check {
        let report = catalog::check_sealed(url, wish).await?;
        let wall = report.wall_digest.unwrap_or_default();
        println!("up to date; sealed by {}; wall {wall}", report.seal.as_str());
        return Ok(());
    }
    // What is not ours is named before anything is done.
    say(&catalog::plan_sealed(url, wish).await?);
    let report = catalog::migrate_sealed(url, wish).await?;
    let guests = args.guests();
    if guests.is_empty() {
        tell("applied", &report);
        return Ok(());
    }
    for name in &report.migrations {
        println!("applied migration {name}");
    }
    catalog::admit(url, &guests).await?;
    let report = catalog::migrate(url).await?;
    say(&report);
    tell("applied", &report);
    Ok(())
}

fn say(report: &MigrationReport) {
    for it in &report.said {
        println!("found {it}");
    }
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
