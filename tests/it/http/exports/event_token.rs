//! `POST /v1/exports/{id}/event-tokens`, and streams that are opened with one.

use std::sync::atomic::{AtomicI64, Ordering};

use shikiri::testkit::{A, B, SLIPS_A, World, wide};
use time::{Duration, OffsetDateTime};

use super::{abandoned, all, ended, order};
use crate::http::client::{ask, assert_problem, credentials, log_in};

#[tokio::test]
async fn a_token_opens_one_stream_of_one_export_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let told = order(&served, &a, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    ended(&served, &a, told.header("location")).await;
    let other = abandoned(&world, &session).await;
    let make = format!("POST /v1/exports/{id}/event-tokens");
    assert_problem(&ask(&served, &make).token(&b).send().await, 404, "not-found");
    let told = ask(&served, &make).token(&a).send().await;
    assert_eq!(told.status, 201, "{}", told.text());
    let body = told.json();
    let (token, href) =
        (body["token"].as_str().expect("text"), body["href"].as_str().expect("text"));
    assert!(!href.contains(&a), "the bearer token cannot be read in the URL");
    // Not for another export, and not for anything else.
    let elsewhere = format!("GET /v1/exports/{other}/events?et={token}");
    assert_problem(&ask(&served, &elsewhere).send().await, 401, "unauthenticated");
    let file = format!("GET /v1/exports/{id}/file?et={token}");
    assert_problem(&ask(&served, &file).token(&a).send().await, 400, "unknown-parameter");
    // Once, without any header.
    let seen = ask(&served, &format!("GET {href}")).stream().await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.rest().await.last().expect("the end").name, "ready");
    assert_problem(&ask(&served, &format!("GET {href}")).send().await, 401, "unauthenticated");
    let cut = format!("GET {}", &href[..href.len() - 1]);
    assert_problem(&ask(&served, &cut).send().await, 401, "unauthenticated");
}

#[tokio::test]
async fn a_token_dies_with_its_session() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let a = log_in(&served, &A, "clerk").await;
    let id = abandoned(&world, &session).await;
    let told = ask(&served, &format!("POST /v1/exports/{id}/event-tokens")).token(&a).send().await;
    let href = told.json()["href"].as_str().expect("text").to_owned();
    let again = ask(&served, "POST /v1/sessions").json(&credentials(&A, "clerk", "take_over"));
    assert_eq!(again.send().await.status, 201);
    let over = ask(&served, &format!("GET {href}")).send().await;
    assert_problem(&over, 401, "session-superseded");
}

#[tokio::test]
async fn a_token_is_over_after_thirty_seconds_used_or_not() {
    // The clock stands, and moves when the test says so: a slow machine changes nothing.
    static NOW_S: AtomicI64 = AtomicI64::new(0);
    fn clock() -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(NOW_S.load(Ordering::SeqCst))
    }
    NOW_S.store(OffsetDateTime::now_utc().unix_timestamp(), Ordering::SeqCst);
    let world = World::new().await;
    let served = world.serve_at(wide(), clock).await;
    let a = log_in(&served, &A, "clerk").await;
    let told = order(&served, &a, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    ended(&served, &a, told.header("location")).await;
    let make = async || {
        let told = ask(&served, &format!("POST /v1/exports/{id}/event-tokens")).token(&a);
        let told = told.send().await;
        assert_eq!(told.status, 201, "{}", told.text());
        format!("GET {}", told.json()["href"].as_str().expect("text"))
    };
    let (early, late) = (make().await, make().await);
    NOW_S.fetch_add(29, Ordering::SeqCst);
    assert_eq!(ask(&served, &early).stream().await.status, 200);
    NOW_S.fetch_add(1, Ordering::SeqCst);
    assert_problem(&ask(&served, &late).send().await, 401, "unauthenticated");
    // Nothing else is over: the bearer token still opens the stream, and makes another token.
    let events = format!("GET /v1/exports/{id}/events");
    assert_eq!(ask(&served, &events).token(&a).stream().await.status, 200);
    assert_eq!(ask(&served, &make().await).stream().await.status, 200);
}
