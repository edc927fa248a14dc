//! One run of a load generator, and what it cost whom.

use std::{fs, path::Path, process::Command};

use shikiri::wall::PLANNER_OPTIONS;

use crate::{ground::Res, process::cpu_seconds, target::Target};

/// What a run showed.
#[derive(Clone)]
pub struct Figures {
    pub per_second: f64,
    /// CPU microseconds of the service for one request. None for pgbench, which is its own client.
    pub server_us: f64,
    /// CPU microseconds of all of Postgres for one request.
    pub database_us: f64,
    /// CPU microseconds of the load generator for one request.
    pub client_us: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// Time used by Postgres: its living processes, and those that it has buried.
pub struct Postgres {
    postmaster: String,
}

impl Postgres {
    /// The server of a backend.
    pub fn of_backend(process: i32) -> Postgres {
        Postgres { postmaster: parent(&process.to_string()) }
    }

    fn cpu_seconds(&self) -> f64 {
        let mut sum = buried(&self.postmaster) + cpu_seconds(&self.postmaster);
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(|it: char| it.is_ascii_digit()) && parent(&name) == self.postmaster
            {
                sum += cpu_seconds(&name);
            }
        }
        sum
    }
}

/// Fields of a process's `stat` behind its name; the first of them is its state.
fn fields(process: &str) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')').next().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn parent(process: &str) -> String {
    fields(process).get(1).cloned().unwrap_or_default()
}

/// CPU seconds of a process's children that have ended.
fn buried(process: &str) -> f64 {
    let ticks = fields(process)
        .iter()
        .skip(13)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok())
        .sum::<f64>();
    ticks / 100.0
}

/// Lets wrk ask a server for seconds.
pub fn wrk(
    target: &Target,
    postgres: &Postgres,
    requests: &Path,
    clients: usize,
    seconds: u32,
) -> Res<Figures> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/http/load.lua");
    let mut command = Command::new("wrk");
    command.args(["-t1", &format!("-c{clients}"), &format!("-d{seconds}s"), "-s", script]);
    command.args([&format!("http://{}/", target.address), "--"]).arg(requests);
    let before = (cpu_seconds(&target.process()), postgres.cpu_seconds(), buried("self"));
    let output = command.output().map_err(|err| format!("wrk: {err}"))?;
    let after = (cpu_seconds(&target.process()), postgres.cpu_seconds(), buried("self"));
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|it| it.strip_prefix("SUMMARY ")).ok_or("wrk said nothing")?;
    let numbers: Vec<f64> = line.split(' ').filter_map(|it| it.parse().ok()).collect();
    let [count, took_us, errors, p50_us, p99_us] = numbers[..] else {
        return Err(format!("wrk said {line}").into());
    };
    if errors != 0.0 {
        return Err(format!("{}: {errors} of {count} requests failed", target.name).into());
    }
    Ok(Figures {
        per_second: count / took_us * 1e6,
        server_us: (after.0 - before.0) / count * 1e6,
        database_us: (after.1 - before.1) / count * 1e6,
        client_us: (after.2 - before.2) / count * 1e6,
        p50_ms: p50_us / 1e3,
        p99_ms: p99_us / 1e3,
    })
}

/// Lets pgbench send a script for seconds, prepared.
pub fn pgbench(
    conninfo: &str,
    postgres: &Postgres,
    script: &Path,
    secret: &str,
    clients: usize,
    seconds: u32,
) -> Res<Figures> {
    let mut command = Command::new("pgbench");
    command.args(["-n", "-M", "prepared", "-j", "1", "-c", &clients.to_string()]);
    command.args(["-T", &seconds.to_string(), "-D", &format!("secret={secret}"), "-f"]);
    // Planned as the service plans it.
    command.env("PGOPTIONS", PLANNER_OPTIONS);
    command.arg(script).arg(conninfo);
    let before = (postgres.cpu_seconds(), buried("self"));
    let output = command.output().map_err(|err| format!("pgbench: {err}"))?;
    let after = (postgres.cpu_seconds(), buried("self"));
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |name: &str| -> Option<f64> {
        let line = text.lines().find_map(|it| it.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let wrong = || format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
    let count = number("number of transactions actually processed: ").ok_or_else(wrong)?;
    let per_second = number("tps = ").ok_or_else(wrong)?;
    let latency_ms = number("latency average = ").ok_or_else(wrong)?;
    if count == 0.0 || number("number of failed transactions: ").is_some_and(|it| it != 0.0) {
        return Err(wrong().into());
    }
    Ok(Figures {
        per_second,
        server_us: 0.0,
        database_us: (after.0 - before.0) / count * 1e6,
        client_us: (after.1 - before.1) / count * 1e6,
        p50_ms: latency_ms,
        p99_ms: f64::NAN,
    })
}
