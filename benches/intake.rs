//! What registration by file costs: 50,000 CSV rows over HTTP, beside the same rows by a bare `unnest`.
//!
//! `cargo bench --features testkit --bench intake` prints a table in Markdown. Rounds are interleaved, each with rows of
//! its own, so that both tables grow alike. Bare means: a superuser, arrays that are ready, one INSERT into a table
//! with the same columns, key, INCLUDE and checks, without row security, foreign key, file, import or audit event.

#![expect(clippy::disallowed_methods, reason = "compares with what the wall is not")]

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use shikiri::{
    db::statements::sessions::LoginOutcome,
    domain::OnConflict,
    intake::{Encoding, registration},
    testkit::{A, PASSWORD, Served, World},
};
use time::{Date, macros::date};
use tokio_postgres::{Client, NoTls};

const ROWS: u32 = 50_000;
const ROUNDS: u32 = 7;
const TODAY: Date = date!(2026 - 01 - 01);

const BARE: &str = "create schema bare; create table bare.slip (like shikiri.slip including all)";

const INSERT: &str = "insert into bare.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, \
     due_date, revenue_stamp, amount_yen, consumption_tax_yen) select 1, n.b, n.r, n.cn, n.c, n.d, \
     n.a - coalesce(n.t, 0) >= 50000, n.a, n.t from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], \
     $5::date[], $6::integer[], $7::integer[]) as n (b, r, cn, c, d, a, t)";

#[tokio::main]
async fn main() {
    let world = World::new().await;
    let served = world.serve().await;
    let outcome = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await;
    let Ok(LoginOutcome::Opened(opened)) = outcome else { panic!("it logs in") };
    let token = world.token(&opened);
    let admin = connect(&world.superuser_url()).await;
    admin.batch_execute(BARE).await.expect("builds");
    let (mut whole, mut read, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let file = file(1_000_000 + round * ROWS);
        let started = Instant::now();
        let reading =
            registration::read(file.as_bytes(), Encoding::Utf8, TODAY, Arc::new(|_| None))
                .expect("fits");
        let took_read = started.elapsed().as_secs_f64() * 1e3;
        assert_eq!(reading.slips.len(), ROWS as usize);
        let columns = shikiri::db::statements::slips::RegisterSlips::new(&reading.slips);
        let started = Instant::now();
        let made = admin
            .execute(
                INSERT,
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
        let took_bare = started.elapsed().as_secs_f64() * 1e3;
        assert_eq!(made, u64::from(ROWS));
        let started = Instant::now();
        import(&served, &token, round, file).await;
        let took_whole = started.elapsed().as_secs_f64() * 1e3;
        // The first round warms up.
        if 0 < round {
            whole.push(took_whole);
            read.push(took_read);
            bare.push(took_bare);
        }
    }
    let (whole, read, bare) = (median(whole), median(read), median(bare));
    println!("{ROWS} rows, medians of {ROUNDS} interleaved rounds\n");
    println!(
        "| import over HTTP ms | of which reading the CSV ms | bare unnest ms | import : bare |"
    );
    println!("|---|---|---|---|");
    println!("| {whole:.0} | {read:.0} | {bare:.0} | {:.2} |", whole / bare);
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

/// The middle one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
