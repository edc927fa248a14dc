//! The command line: one file per command, no logic of its own.

mod admin;
mod audit;
mod audit_http;
mod barcode;
mod bootstrap;
mod chain;
mod closed_pipe;
mod demo;
mod export;
mod key;
mod logging;
mod migrate;
mod page_code;
mod ping;
mod replay;
mod serve;
mod service;
mod slip;
mod tenant;
mod user;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Env;

/// shikiri (仕切り): a payment-slip service in which Postgres decides whose rows a request may see.
#[derive(Parser)]
#[command(name = "shikiri", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make roles and schemas in a database. A DBA's work, once.
    Bootstrap(bootstrap::Args),
    /// Bring tables, functions and policies up to this program.
    Migrate(migrate::Args),
    /// Add, set, suspend, resume or list billers.
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Add, disable or reset a biller's users.
    #[command(subcommand)]
    User(user::Command),
    /// Make signing keys, or replace the key of the seal.
    #[command(subcommand)]
    Key(key::Command),
    /// Read or make the 44 digits of a slip's barcode.
    #[command(subcommand)]
    Barcode(barcode::Command),
    /// Print a sheet that tests a printer.
    #[command(subcommand)]
    Slip(slip::Command),
    /// Serve invented billers on this machine, and say how to try it.
    Demo(demo::DemoArgs),
    /// Act an accident again: on a service without the wall, and on this one.
    Replay(replay::ReplayArgs),
    /// Say who sees whose rows, on this database or any other: rules, and attempts by real logins.
    Audit(Box<audit::AuditArgs>),
    /// Watch or stop an export of one's own biller, over REST.
    #[command(subcommand)]
    Export(export::Command),
    /// Serve the REST API.
    Serve,
    /// Ask a /livez or /readyz and exit 0 when it says yes. For health checks.
    Ping(ping::Args),
    /// Check what was handed over: a certificate with files alone, a page's code, or an audit chain.
    Verify(verify::Args),
    /// List the variables that configure shikiri.
    Config,
}

/// What a command may fail with: a sentence for the person at the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command that the arguments name. Exit codes: 0 done, 1 failed, 2 wrong usage, 4 not verified; `audit` has
/// its own.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let env = match Env::read() {
        Ok(env) => env,
        Err(err) => return fail(&err.into()),
    };
    if let Err(err) = logging::install(&env) {
        return fail(&err);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&err.into()),
    };
    let done = closed_pipe::forgiven(|| {
        runtime.block_on(async {
            let done = match cli.command {
                Command::Verify(args) => return verify::run(args, &env).await,
                Command::Audit(args) => return Ok(audit::run(*args, &env).await),
                Command::Bootstrap(args) => bootstrap::run(args, &env).await,
                Command::Migrate(args) => migrate::run(args, &env).await,
                Command::Tenant(command) => tenant::run(command, &env).await,
                Command::User(command) => user::run(command, &env).await,
                Command::Key(command) => key::run(command, &env).await,
                Command::Barcode(command) => barcode::run(command),
                Command::Slip(command) => slip::run(command, &env),
                Command::Demo(args) => demo::run(args, &env).await,
                Command::Replay(args) => replay::run(args, &env).await,
                Command::Export(command) => export::run(command, &env).await,
                Command::Serve => serve::run(&env).await,
                Command::Ping(args) => ping::run(args).await,
                Command::Config => config(),
            };
            done.map(|()| ExitCode::SUCCESS)
        })
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match done {
        Some(Ok(code)) => code,
        Some(Err(err)) => fail(&err),
        None => ExitCode::from(closed_pipe::CODE),
    }
}

fn fail(err: &Failure) -> ExitCode {
    eprintln!("shikiri: {err}");
    ExitCode::FAILURE
}

fn config() -> Result<(), Failure> {
    println!("Variables (each may also be given as NAME_FILE, a path):\n");
    for (name, purpose) in crate::config::VARIABLES {
        println!("  {name:<34} {purpose}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Cli;

    /// Commands as they stand in a page: from the program's name to what the shell or Markdown takes.
    fn commands(page: &str) -> Vec<Vec<String>> {
        let ends = ['`', '#', '>', '|', ';', '"', '…'];
        let command = |text: &str| -> Option<Vec<String>> {
            let text = text.split(ends).next()?;
            // Prose speaks of the command too: a word that is no option and no subcommand ends it there.
            text.starts_with(" audit").then(|| {
                let words = text.split_whitespace().map(str::to_owned);
                std::iter::once("shikiri".to_owned()).chain(words).collect()
            })
        };
        page.lines()
            .filter(|it| {
                ["`shikiri audit", "shikiri audit", "entry: shikiri", "run: shikiri"]
                    .iter()
                    .any(|at| it.trim_start_matches([' ', '-']).starts_with(at))
                    || it.contains("`shikiri audit")
            })
            .flat_map(|it| it.split("shikiri").skip(1).filter_map(command).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn every_command_of_the_audit_guide_is_one() {
        let page = include_str!("../../docs/audit.md");
        let all = commands(page);
        assert!(13 < all.len(), "{all:?}");
        let named = |name: &str| all.iter().any(|it| it.iter().any(|word| word == name));
        for it in ["--self-test", "--writes", "--static", "--http", "--explain", "history", "init"]
        {
            assert!(named(it), "{it} is in the guide: {all:?}");
        }
        for words in &all {
            let read = Cli::try_parse_from(words);
            assert!(
                read.is_ok(),
                "{words:?}: {}",
                read.err().map(|it| it.to_string()).unwrap_or_default()
            );
        }
        assert!(Cli::try_parse_from(["shikiri", "audit", "--no-such-option"]).is_err());
    }
}
