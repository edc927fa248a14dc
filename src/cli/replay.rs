//! `shikiri replay`: an accident, acted again on a service without the wall and on this one.

use std::path::PathBuf;

use time::{OffsetDateTime, macros::offset};

use crate::{
    cli::Failure,
    config::Env,
    lab::{
        self,
        replay::{self, Options, Place},
        world_of_2023::Shape,
    },
};

/// Arguments of `shikiri replay`.
#[derive(clap::Args)]
pub struct ReplayArgs {
    /// Which accident.
    scenario: Scenario,
    /// Where naive.pdf, shikiri.pdf and report.json go (./replay-<date>).
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Slips in all, at least 40377.
    #[arg(long, default_value_t = Shape::ACCIDENT.slips)]
    slips: u32,
    /// How often the list is printed.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// An empty server to use, as a superuser; without it one is started and thrown away.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Directory of Postgres server binaries (SHIKIRI_PG_BIN).
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    pg_bin: Option<PathBuf>,
}

/// Accidents that can be acted.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Scenario {
    /// 2023-03-20: a second login cleared a session, and a list of everybody was printed.
    #[value(name = "mufg-2023")]
    Mufg2023,
}

/// Acts the accident. Fails unless the naive twin leaked and shikiri did not.
///
/// # Errors
/// When it could not be acted to its end, or did not show what it is for.
pub async fn run(args: ReplayArgs, env: &Env) -> Result<(), Failure> {
    let Scenario::Mufg2023 = args.scenario;
    let today = OffsetDateTime::now_utc().to_offset(offset!(+9)).date();
    let out = args.out.unwrap_or_else(|| PathBuf::from(format!("replay-{today}")));
    let place = match args.database_url {
        Some(url) => Place::Url(url),
        None => Place::Launch(lab::Options {
            binaries: args.pg_bin.or_else(|| env.get("SHIKIRI_PG_BIN").map(PathBuf::from)),
            search_path: env.search_path.clone(),
            ..lab::Options::default()
        }),
    };
    let shape = Shape::of_slips(args.slips)?;
    let options = Options { place, shape, runs: args.runs, out: out.clone(), fonts: env.fonts() };
    let report = replay::run(options, &|line| println!("  {line}")).await?;
    println!();
    for line in report.table() {
        println!("{line}");
    }
    println!("\nnaive.pdf, shikiri.pdf and report.json are in {}", out.display());
    if report.succeeded() {
        println!("ok: the naive twin leaked, shikiri did not");
        return Ok(());
    }
    for fact in &report.broken_facts {
        println!("FAILED  {fact}");
    }
    Err("the replay did not show what it is for".into())
}
