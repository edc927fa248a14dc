//! What 500 watchers of one export cost, beside 500 who ask every second, and beside one watcher.
//!
//! `cargo bench --features testkit --bench watch`. The service is this process, with eight connections to Postgres as
//! `serve` has; those who wait are another process. An export is held at its first page while ten seconds of CPU and
//! statements are counted; then it is let go, and each of them says when it heard the end. The time of the end is the
//! one that the database wrote.

#![expect(clippy::disallowed_methods, reason = "a superuser holds an export and looks at backends")]

#[path = "../shared/ground.rs"]
#[allow(dead_code, reason = "the world is that of the tests: one biller is enough")]
mod ground;
#[path = "../shared/process.rs"]
mod process;

mod crowd;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use ground::Res;
use process::{cpu_seconds, median, status};
use shikiri::{
    auth::VerifiedSession,
    domain::{OnConflict, Scope, Wish},
    export::Order,
    http::{Limits, Rate},
    statements::sessions::LoginOutcome,
    testkit::{A, PASSWORD, SLIPS_A, Served, World},
};
use tokio::task::block_in_place;
use tokio_postgres::{Client, NoTls};

const CROWD: usize = 500;
const ROUNDS: usize = 5;
/// Seconds for which nothing happens.
const QUIET: u64 = 10;

/// What one round of one crowd came to.
struct Took {
    /// CPU of the service, and of its Postgres connections, in each second of waiting, ms.
    cpu: f64,
    database_cpu: f64,
    /// Transactions in each second of waiting.
    looks: f64,
    /// Connections to Postgres in use at most, of those that a sample saw.
    in_use: usize,
    /// Memory above what the service held before they came, KiB.
    memory: f64,
    /// From the end of the export until the first, the middle and the last heard of it, ms.
    heard: [f64; 3],
}

struct Bench {
    world: World,
    served: Served,
    session: VerifiedSession,
    token: String,
    admin: Client,
}

#[tokio::main]
async fn main() -> Res<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if args.first().is_some_and(|it| it == "crowd") {
        return crowd::run(&args[1..]).await;
    }
    let world = World::alone().await;
    let rate = Rate { per_minute: 1_000_000_000, burst: 1_000_000_000 };
    let limits = Limits { tenant: rate, login: rate, watchers: CROWD, watchers_all: CROWD };
    let served = world.serve_many(limits, 1_024).await;
    let login = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await?;
    let LoginOutcome::Opened(opened) = login else { return Err("no login".into()) };
    let (token, session) = (world.token(&opened), world.session(&opened));
    let (admin, connection) = tokio_postgres::connect(&world.superuser_url(), NoTls).await?;
    tokio::spawn(connection);
    let bench = Bench { world, served, session, token, admin };
    // What is made once in a process is nobody's cost: fonts, connections, buffers.
    bench.round("watch", CROWD).await?;
    bench.round("poll", CROWD).await?;
    let kinds = [("watch", 1), ("watch", CROWD), ("poll", CROWD)];
    let mut took: Vec<Vec<Took>> = kinds.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (n, (kind, count)) in kinds.iter().enumerate() {
            took[n].push(bench.round(kind, *count).await?);
        }
    }
    println!("medians of {ROUNDS} interleaved rounds; waiting is {QUIET} s\n");
    println!(
        "| who waits | service CPU ms/s | Postgres CPU ms/s | transactions/s | connections in use | memory KiB | \
         first heard ms | half ms | last ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for ((kind, count), took) in kinds.iter().zip(&took) {
        let of = |get: &dyn Fn(&Took) -> f64| median(took.iter().map(get).collect());
        let in_use = took.iter().map(|it| it.in_use).max().unwrap_or(0);
        println!(
            "| {count} {kind} | {:.1} | {:.1} | {:.1} | {in_use} | {:.0} | {:.1} | {:.1} | {:.1} |",
            of(&|it| it.cpu),
            of(&|it| it.database_cpu),
            of(&|it| it.looks),
            of(&|it| it.memory),
            of(&|it| it.heard[0]),
            of(&|it| it.heard[1]),
            of(&|it| it.heard[2]),
        );
    }
    Ok(())
}

/// The process of those who wait. A round that fails leaves none behind.
struct Crowd(Child);

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Bench {
    async fn round(&self, kind: &str, count: usize) -> Res<Took> {
        let (hold, connection) =
            tokio_postgres::connect(&self.world.superuser_url(), NoTls).await?;
        tokio::spawn(connection);
        let lock = "begin; lock table shikiri.export_page in share row exclusive mode";
        hold.batch_execute(lock).await?;
        let order = Order {
            report: Wish::SlipList,
            scope: Scope::All,
            expected_rows: SLIPS_A,
            purpose: None,
            previewed: None,
            retain_days: None,
            key: None,
        };
        let id = self.served.exporter().order(&self.session, order).await?;
        let held = "select count(*) from pg_locks where not granted";
        while self.admin.query_one(held, &[]).await?.get::<_, i64>(0) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let before = status("VmRSS")?;
        let mut crowd = Crowd(
            Command::new(std::env::current_exe()?)
                .args(["crowd", kind, &count.to_string(), &self.served.address.to_string()])
                .args([&format!("/v1/exports/{}", id.0), &self.token])
                .stdout(Stdio::piped())
                .spawn()?,
        );
        let out = crowd.0.stdout.take().ok_or("its output is piped")?;
        let mut lines = BufReader::new(out).lines();
        if block_in_place(|| lines.next()).transpose()?.as_deref() != Some("ready") {
            return Err("the crowd did not come".into());
        }
        let mut took = self.waiting().await?;
        took.memory = status("VmRSS")?.saturating_sub(before) as f64;
        hold.batch_execute("commit").await?;
        let mut heard = Vec::new();
        while let Some(line) = block_in_place(|| lines.next()) {
            heard.push(line?.parse::<f64>()?);
        }
        let ended = "select (extract(epoch from ended_at) * 1e6)::float8 from shikiri.export_state \
             where export_id = $1 and state = 'ready'";
        let ended: f64 = self.admin.query_one(ended, &[&id.0]).await?.get(0);
        heard.sort_by(f64::total_cmp);
        let at = |n: usize| (heard[n] - ended) / 1e3;
        took.heard = [at(0), at(heard.len() / 2), at(heard.len() - 1)];
        Ok(took)
    }

    /// Nothing happens for a while.
    async fn waiting(&self) -> Res<Took> {
        // What their coming cost is not what their waiting costs.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (cpu, database_cpu) = (cpu_seconds("self"), self.backends().await?);
        let looks = self.transactions().await?;
        let started = Instant::now();
        let mut in_use = 0;
        while started.elapsed() < Duration::from_secs(QUIET) {
            let (open, idle, _) = self.world.pool().gauge();
            in_use = in_use.max(open - idle);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let seconds = started.elapsed().as_secs_f64();
        Ok(Took {
            cpu: (cpu_seconds("self") - cpu) / seconds * 1e3,
            database_cpu: (self.backends().await? - database_cpu) / seconds * 1e3,
            looks: (self.transactions().await? - looks) / seconds,
            in_use,
            memory: 0.0,
            heard: [0.0; 3],
        })
    }

    /// CPU of the service's backends until now, in seconds.
    async fn backends(&self) -> Res<f64> {
        let ask = "select pid from pg_stat_activity where usename = 'shikiri_app'";
        let rows = self.admin.query(ask, &[]).await?;
        Ok(rows.iter().map(|it| cpu_seconds(&it.get::<_, i32>(0).to_string())).sum())
    }

    async fn transactions(&self) -> Res<f64> {
        let ask =
            "select xact_commit::float8 from pg_stat_database where datname = current_database()";
        Ok(self.admin.query_one(ask, &[]).await?.get(0))
    }
}
