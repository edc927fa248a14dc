//! What the wall costs: the same work behind the seal, behind a plain setting, and with a filter written by hand.
//!
//! `cargo bench --features testkit --bench wall` prints a table in Markdown. One client, loopback, rounds
//! interleaved so that other load on the machine meets all three; the ratios are what to read.

#![expect(clippy::disallowed_methods, reason = "compares with what the wall is not")]

mod variant;

use std::time::Instant;

use shikiri::testkit::World;
use tokio_postgres::{Client, NoTls};
use variant::{Variant, Work};

/// Times around all variants. The middle one of their figures is shown.
const ROUNDS: usize = 9;

/// One figure of one round, in microseconds per piece of work.
#[derive(Clone, Copy)]
struct Figure {
    latency: f64,
    server_cpu: Option<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let world = World::new().await;
    let admin = connect(&world.superuser_url()).await;
    admin.batch_execute(include_str!("tables.sql")).await.expect("builds");
    for table in ["shikiri.slip", "plain.slip", "hand.slip"] {
        admin.batch_execute(&format!("vacuum analyze {table}")).await.expect("vacuums");
    }
    let version: String =
        admin.query_one("show server_version", &[]).await.expect("answers").get(0);
    let mut variants = Variant::all(&world).await;
    println!("PostgreSQL {version}, medians of {ROUNDS} interleaved rounds, one client\n");
    println!(
        "| work | seal us | setting us | by hand us | seal : setting | seal : hand | server CPU seal : setting | seal : hand |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (work, times) in
        [(Work::Point, 2_000), (Work::Page, 1_000), (Work::Scan, 3), (Work::Insert, 15)]
    {
        let mut figures = vec![Vec::new(); variants.len()];
        for _ in 0..=ROUNDS {
            for (variant, figures) in variants.iter_mut().zip(&mut figures) {
                figures.push(measure(variant, work, times).await);
            }
        }
        print(work, &figures);
    }
}

async fn measure(variant: &mut Variant, work: Work, times: u32) -> Figure {
    let (started, cpu) = (Instant::now(), server_cpu(variant.pid));
    for n in 0..times {
        variant.run(work, n).await;
    }
    let each = |total: f64| total / f64::from(times);
    let latency = each(started.elapsed().as_secs_f64() * 1e6);
    let server_cpu = cpu.zip(server_cpu(variant.pid)).map(|(from, to)| each((to - from) / 1e3));
    Figure { latency, server_cpu }
}

/// Nanoseconds that a backend has run; none when it is on another machine.
fn server_cpu(pid: i32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn print(work: Work, figures: &[Vec<Figure>]) {
    // The first round warms up.
    let median = |of: &dyn Fn(&Figure) -> Option<f64>, variant: usize| {
        let mut all: Vec<f64> = figures[variant][1..].iter().filter_map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    let latency = |variant| median(&|it| Some(it.latency), variant).unwrap_or(f64::NAN);
    let ratio =
        |a: usize, b: usize| match (median(&|it| it.server_cpu, a), median(&|it| it.server_cpu, b))
        {
            (Some(a), Some(b)) => format!("{:.2}", a / b),
            _ => "-".to_owned(),
        };
    let (seal, setting, hand) = (latency(0), latency(1), latency(2));
    println!(
        "| {work:?} | {seal:.0} | {setting:.0} | {hand:.0} | {:.2} | {:.2} | {} | {} |",
        seal / setting,
        seal / hand,
        ratio(0, 1),
        ratio(0, 2),
    );
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}
