//! What registration by file costs: 50,000 CSV rows over HTTP, beside the same rows by a bare `unnest`.
//!
//! `cargo bench --features testkit --bench intake` prints tables in Markdown. Rounds are interleaved, each with rows of
//! its own, so that all tables grow alike. Bare means: a superuser, arrays that are ready, one INSERT into a table
//! with the same columns, key, INCLUDE and checks, without row security, file, import or audit event. It is done
//! twice: without and with the reference to the biller, which is no part of the wall. "Through the wall" is the
//! statement of the import alone, with arrays that are ready, from BEGIN to COMMIT.
//! Memory is Linux's VmHWM during an import above what this process, which is client and service, held before it.

#![expect(clippy::disallowed_methods, reason = "compares with what the wall is not")]

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use shikiri::{
    domain::OnConflict,
    intake::{Encoding, registration},
    statements::{sessions::LoginOutcome, slip_imports::RegisterFile, slips::RegisterSlips},
    testkit::{A, PASSWORD, Served, World},
};
use time::{Date, macros::date};
use tokio_postgres::{Client, NoTls};

#[path = "shared/process.rs"]
mod process;

const ROWS: u32 = 50_000;
const ROUNDS: u32 = 7;
const TODAY: Date = date!(2026 - 01 - 01);

const BARE: &str = "create schema bare; create table bare.slip (like shikiri.slip including all); \
     create table bare.tenant (tenant_id integer primary key); insert into bare.tenant values (1); \
     create table bare.slip_of_tenant (like shikiri.slip including all, \
     constraint slip_belongs_to_tenant foreign key (tenant_id) references bare.tenant)";

/// The same rows into one of the bare tables.
fn insert(table: &str) -> String {
    format!(
        "insert into bare.{table} (tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, \
         revenue_stamp, amount_yen, consumption_tax_yen) select 1, n.b, n.r, n.cn, n.c, n.d, \
         n.a - coalesce(n.t, 0) >= 50000, n.a, n.t from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], \
         $5::date[], $6::integer[], $7::integer[]) as n (b, r, cn, c, d, a, t)"
    )
}

/// Milliseconds of each round.
#[derive(Default)]
struct Took {
    whole: Vec<f64>,
    read: Vec<f64>,
    walled: Vec<f64>,
    bare: Vec<f64>,
    referring: Vec<f64>,
    peak_mib: Vec<f64>,
}

#[tokio::main]
async fn main() {
    let world = World::new().await;
    let served = world.serve().await;
    let outcome = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await;
    let Ok(LoginOutcome::Opened(opened)) = outcome else { panic!("it logs in") };
    let (token, session) = (world.token(&opened), world.session(&opened));
    let admin = connect(&world.superuser_url()).await;
    admin.batch_execute(BARE).await.expect("builds");
    let mut took = Took::default();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let (mut now, from) = (Took::default(), 1_000_000 + 2 * round * ROWS);
        let text = file(from);
        let started = Instant::now();
        let none = Arc::new(|_: &str| None);
        let reading =
            registration::read(text.as_bytes(), Encoding::Utf8, TODAY, none).expect("fits");
        now.read.push(ms(started));
        assert_eq!(reading.slips.len(), ROWS as usize);
        now.bare.push(bare(&admin, "slip", &reading.slips).await);
        now.referring.push(bare(&admin, "slip_of_tenant", &reading.slips).await);
        let statement = RegisterFile::new(&reading.slips);
        drop(reading);
        let started = Instant::now();
        let mut tx = world.pool().enter(&session).await.expect("enters");
        assert_eq!(tx.fetch_one(&statement).await.expect("inserts"), i64::from(ROWS));
        tx.commit().await.expect("commits");
        now.walled.push(ms(started));
        drop((statement, text));
        let text = file(from + ROWS);
        let idle = process::reset_peak().expect("Linux");
        let started = Instant::now();
        import(&served, &token, round, text).await;
        now.whole.push(ms(started));
        let peak = process::status("VmHWM").expect("Linux").saturating_sub(idle);
        now.peak_mib.push(peak as f64 / 1024.0);
        if 0 < round {
            took.whole.append(&mut now.whole);
            took.read.append(&mut now.read);
            took.walled.append(&mut now.walled);
            took.bare.append(&mut now.bare);
            took.referring.append(&mut now.referring);
            took.peak_mib.append(&mut now.peak_mib);
        }
    }
    report(took);
}

fn report(took: Took) {
    let Took { whole, read, walled, bare, referring, peak_mib } = took;
    let largest = peak_mib.iter().copied().fold(0.0, f64::max);
    let [whole, read, walled, bare, referring, peak] =
        [whole, read, walled, bare, referring, peak_mib].map(process::median);
    println!("{ROWS} rows, medians of {ROUNDS} interleaved rounds\n");
    println!("| what | ms | : bare | : bare with the reference |");
    println!("|---|---|---|---|");
    for (what, ms) in [
        ("bare unnest", bare),
        ("bare unnest, with the reference to the biller", referring),
        ("the import's statement through the wall, BEGIN to COMMIT", walled),
        ("reading the CSV", read),
        ("import over HTTP", whole),
    ] {
        println!("| {what} | {ms:.0} | {:.2} | {:.2} |", ms / bare, ms / referring);
    }
    println!("\nMemory above idle during an import: {peak:.1} MiB, {largest:.1} at most");
}

async fn bare(admin: &Client, table: &str, slips: &[shikiri::domain::NewSlip]) -> f64 {
    let columns = RegisterSlips::new(slips);
    let insert = admin.prepare(&insert(table)).await.expect("parses");
    let started = Instant::now();
    let made = admin
        .execute(
            &insert,
            &[
                &columns.bill_numbers,
                &columns.reissue_numbers,
                &columns.customer_numbers,
                &columns.customer_names,
                &columns.due_dates,
                &columns.amounts_yen,
                &columns.consumption_taxes_yen,
            ],
        )
        .await
        .expect("inserts");
    assert_eq!(made, u64::from(ROWS));
    ms(started)
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}

fn file(from: u32) -> String {
    let rows = (from..from + ROWS)
        .map(|n| format!("{n:016},C{n},淡路　太郎{n},2090-12-31,{},,,\r\n", 1_000 + n % 200_000));
    let head = "請求番号,顧客番号,顧客名,支払期限,請求金額,内消費税等,商品代金,備考\r\n".to_owned();
    std::iter::once(head).chain(rows).collect()
}

async fn import(served: &Served, token: &str, round: u32, file: String) {
    let socket = tokio::net::TcpStream::connect(served.address).await.expect("connects");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.expect("speaks");
    tokio::spawn(connection);
    let request = http::Request::post("/v1/slip-imports?mode=commit")
        .header("host", "bench")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", format!("round-{round}"))
        .header("content-type", "text/csv")
        .body(Full::new(Bytes::from(file)))
        .expect("a request");
    let answer = sender.send_request(request).await.expect("answers");
    let status = answer.status();
    let body = answer.into_body().collect().await.expect("reads").to_bytes();
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}
