//! What an audit costs: its rules beside a lint file in psql on a hundred tables, and the whole of it on our own schema.

#[path = "../shared/ground.rs"]
mod ground;
#[allow(dead_code, reason = "not every benchmark asks for processor time")]
#[path = "../shared/process.rs"]
mod process;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use shikiri::{
    audit::{self, RuleSettings},
    dba::catalog::{self, Login},
    lab::Server,
};

use ground::{Ground, Res, WALLED, superuser};
use process::median;

/// Rounds, each measuring everything once.
const ROUNDS: usize = 9;

/// The database of a hundred tables.
const HUNDRED: &str = "hundred";

const TABLES: &str = include_str!("tables.sql");
const LINT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/audit/lint.sql");

#[tokio::main]
async fn main() -> Res<()> {
    let ground = Ground::build(1, 10).await?;
    let server = &ground.server;
    catalog::create_database(&server.conninfo("postgres", "postgres"), HUNDRED, None).await?;
    build(server).await?;
    let here = tempfile::tempdir()?;
    std::fs::write(here.path().join("shikiri-audit.toml"), config(server))?;
    let settings = RuleSettings {
        runtime_roles: vec!["bench_app".to_owned(), "bench_report".to_owned()],
        context_functions: vec!["app.current_tenant".to_owned()],
        context_settings: vec!["app.tenant_id".to_owned()],
        ..RuleSettings::default()
    };
    let url = server.conninfo("postgres", HUNDRED);
    // Whoever finds nothing has perhaps not looked: one table without row security must be seen by both.
    earned(server, &settings).await?;
    let mut times: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(seconds(|| psql(&url))?);
        let began = Instant::now();
        audit::run(&url, &settings).await?;
        times[1].push(began.elapsed().as_secs_f64());
        times[2].push(seconds(|| program(here.path(), server, &["--static"]))?);
        let nowhere = tempfile::tempdir()?;
        times[3].push(seconds(|| program(nowhere.path(), server, &[]))?);
        times[4].push(seconds(|| program(nowhere.path(), server, &["--writes"]))?);
    }
    let names = [
        "100 tables: psql -f lint.sql (28 lints)",
        "100 tables: 59 rules, connections included",
        "100 tables: shikiri audit --static, the process included",
        "our schema: shikiri audit",
        "our schema: shikiri audit --writes",
    ];
    println!(
        "{ROUNDS} interleaved rounds, medians; {} biller beside the probes",
        ground.sessions.len()
    );
    let psql = median(times[0].clone());
    for (name, times) in names.iter().zip(times) {
        let it = median(times);
        println!("{:7.1} ms  {:5.2} x psql  {name}", it * 1000.0, it / psql);
    }
    Ok(())
}

async fn build(server: &Server) -> Res<()> {
    let client = superuser(server, HUNDRED).await?;
    #[expect(clippy::disallowed_methods, reason = "a superuser fills a database of its own")]
    client.batch_execute(TABLES).await?;
    Ok(())
}

/// One fault: the lints name the table, and so do the rules. Then it is mended, and neither does.
async fn earned(server: &Server, settings: &RuleSettings) -> Res<()> {
    let url = server.conninfo("postgres", HUNDRED);
    for (switch, there) in [("disable", true), ("enable", false)] {
        let sql = format!("alter table app.t042 {switch} row level security");
        catalog::run_script(&url, &sql).await?;
        let lints = Command::new("psql").args(["-XAtq", "-f", LINT, &url]).output()?;
        let by_lints =
            String::from_utf8_lossy(&lints.stdout).contains("row_security_disabled|error|app.t042");
        let by_rules = audit::run(&url, settings)
            .await?
            .iter()
            .any(|it| it.rule == "T03" && it.object.contains("app.t042"));
        if (by_lints, by_rules) != (there, there) {
            return Err(
                format!("row security {switch}d: lints {by_lints}, rules {by_rules}").into()
            );
        }
    }
    Ok(())
}

fn seconds(work: impl FnOnce() -> Res<()>) -> Res<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64())
}

fn psql(url: &str) -> Res<()> {
    let run = Command::new("psql").args(["-Xq", "-f", LINT, url]).stdout(Stdio::null()).status()?;
    if run.success() { Ok(()) } else { Err("psql failed".into()) }
}

/// The program, as a user runs it. Only a report that is clean and complete counts.
fn program(here: &Path, server: &Server, arguments: &[&str]) -> Res<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command.arg("audit").args(arguments).env_clear().current_dir(here).stdout(Stdio::null());
    command.env("SHIKIRI_DATABASE_URL_ADMIN", server.conninfo("postgres", WALLED));
    for login in Login::ALL {
        let name = login.role().trim_start_matches("shikiri_").to_uppercase();
        command.env(format!("SHIKIRI_DATABASE_URL_{name}"), server.conninfo(login.role(), WALLED));
    }
    let run = command.status()?;
    if run.success() { Ok(()) } else { Err(format!("shikiri audit {arguments:?}: {run}").into()) }
}

fn config(server: &Server) -> String {
    let role = |name: &str| {
        format!(
            "[role.{name}]\nurl = \"{}\"\n",
            server.conninfo(name, HUNDRED).replace('"', "\\\"")
        )
    };
    format!(
        "database_url = \"{}\"\n[tenant]\ncolumns = [\"tenant_id\"]\n[context]\nsetting = \"app.tenant_id\"\n\
         helpers = [\"app.current_tenant\"]\n{}{}",
        server.conninfo("postgres", HUNDRED).replace('"', "\\\""),
        role("bench_app"),
        role("bench_report")
    )
}
