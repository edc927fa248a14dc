//! What a client may do to the sockets, and what failures say.

use std::time::{Duration, Instant};

use shikiri::{
    dba::catalog::SealWish,
    testkit::{A, Served, World},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    http::client::{ask, assert_problem, log_in},
    support,
};

/// Sends bytes and reads until the server closes or has said enough.
pub async fn raw(served: &Served, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(served.address).await.expect("connects");
    socket.write_all(bytes).await.expect("writes");
    let mut said = Vec::new();
    let read = socket.read_to_end(&mut said);
    drop(tokio::time::timeout(Duration::from_secs(20), read).await.expect("closes"));
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn connect_is_refused_and_the_server_lives_on() {
    let world = World::new().await;
    let served = world.serve().await;
    let said =
        raw(&served, b"CONNECT a:443 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 405"), "{said}");
    assert_eq!(ask(&served, "GET /livez").send().await.status, 200);
}

#[tokio::test]
async fn half_a_head_or_silence_is_closed_after_ten_seconds() {
    let world = World::new().await;
    let served = world.serve().await;
    let started = Instant::now();
    let said = tokio::join!(
        raw(&served, b"GET /livez HTTP/1.1\r\nhost:"),
        raw(&served, b""),
        raw(&served, b"PRI * HTTP/2.0\r\n"),
        raw(&served, b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n"),
    );
    let took = started.elapsed();
    assert!((9..15).contains(&took.as_secs()), "{took:?} {said:?}");
    assert!(!said.0.contains("200") && !said.1.contains("200"), "{said:?}");
    assert!(said.3.starts_with("HTTP/1.1 200"), "served, and closed when it says no more");
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused_with_and_without_its_length() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let body = vec![b' '; (1 << 20) + 1];
    let told = ask(&served, "POST /v1/slips")
        .token(&token)
        .key("k")
        .header("content-type", "application/json")
        .bytes(body)
        .send()
        .await;
    assert_problem(&told, 413, "too-large");
    let head = format!(
        "POST /v1/slips HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nidempotency-key: k\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    for _ in 0..17 {
        bytes.extend_from_slice(b"10000\r\n");
        bytes.extend_from_slice(&[b' '; 0x1_0000]);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let said = raw(&served, &bytes).await;
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("too-large"), "{said}");
}

#[tokio::test]
async fn what_the_database_says_reaches_no_client() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let owner = support::connect(&world.superuser_url()).await;
    let get = || ask(&served, "GET /v1/slips").token(&token);
    assert_eq!(get().send().await.status, 200);
    owner.batch_execute("alter table shikiri.slip rename to mislaid").await.expect("renames");
    let told = get().send().await;
    assert_problem(&told, 500, "internal");
    let text = told.text();
    for word in ["slip", "mislaid", "relation", "42P01", "list.sql", "SK0"] {
        let spoken = text.replace("urn:shikiri:problem", "");
        assert!(!spoken.contains(word), "{word}: {text}");
    }
    let id = told.header("request-id").to_owned();
    assert_eq!(told.json()["instance"], format!("urn:uuid:{id}"));
    owner.batch_execute("alter table shikiri.mislaid rename to slip").await.expect("renames");
    assert_eq!(get().send().await.status, 200);
    // The keys of the seal are gone: a loud error, never an empty list.
    world.seal_by(SealWish::Mac).await;
    owner.batch_execute("update shikiri_vault.seal_key set active = false").await.expect("may");
    assert_problem(&get().send().await, 503, "context-lost");
}

#[tokio::test]
async fn a_shutdown_ends_requests_well_and_takes_no_more() {
    let world = World::new().await;
    let served = world.serve().await;
    let address = served.address;
    let token = log_in(&served, &A, "clerk").await;
    let told = tokio::join!(
        ask(&served, "GET /v1/slips?limit=200").token(&token).send(),
        ask(&served, "GET /v1/me").token(&token).send(),
    );
    assert_eq!((told.0.status, told.1.status), (200, 200));
    let started = Instant::now();
    served.stop().await;
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_problem_is_in_the_readers_language() {
    let world = World::new().await;
    let served = world.serve().await;
    for (header, title) in [("ja", "見つかりません"), ("en", "Not found"), ("fr", "Not found")]
    {
        let told = ask(&served, "GET /v1/nothing").header("accept-language", header).send().await;
        assert_problem(&told, 404, "not-found");
        assert_eq!(told.json()["title"], title);
    }
}
