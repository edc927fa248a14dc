//! `GET /v1/slips`.

use serde_json::json;
use shikiri::testkit::{A, B, CANARY, SLIPS_A, Served, World};

use crate::http::client::{ask, assert_problem, log_in};

/// Every id that a list gives, page by page.
async fn all(served: &Served, token: &str, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let line = format!("GET /v1/slips?{query}{cursor}");
        let told = ask(served, &line).token(token).send().await;
        assert_eq!(told.status, 200, "{}", told.text());
        assert!(!told.text().contains(CANARY));
        let body = told.json();
        let data = body["data"].as_array().expect("a list");
        ids.extend(data.iter().map(|it| it["id"].as_str().expect("an id").to_owned()));
        match body["page"]["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn a_biller_pages_through_its_own_slips_each_once_and_in_order() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let whole: Vec<String> = (0..SLIPS_A).map(|n| format!("{:016}-0", 2 * n)).collect();
    for query in ["", "limit=1", "limit=7", "limit=45", "limit=200"] {
        assert_eq!(all(&served, &token, query).await, whole, "{query}");
    }
    // Every zero must be earned: the other biller's canary is there, for the other biller.
    let other = log_in(&served, &B, "clerk").await;
    let told = ask(&served, "GET /v1/slips").token(&other).send().await;
    assert!(told.text().contains(CANARY));
}

#[tokio::test]
async fn a_filter_is_told_as_it_was_understood() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let line = "GET /v1/slips?bill_number_prefix=000000000000001&amount_from=1&limit=2";
    let body = ask(&served, line).token(&token).send().await.json();
    assert_eq!(
        body["filter"],
        json!({
            "bill_number_from": "0000000000000010", "bill_number_to": "0000000000000019",
            "amount_from": "1",
        })
    );
    assert_eq!(body["page"]["limit"], 2);
    let ids = all(&served, &token, "bill_number_prefix=000000000000001&limit=2").await;
    assert_eq!(ids.len(), 5);
    assert!(all(&served, &token, "customer_number=NOBODY").await.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_biller_filter_or_route_does_not_open() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let body = ask(&served, "GET /v1/slips?limit=2").token(&a).send().await.json();
    let next = body["page"]["next"].as_str().expect("there is more").to_owned();
    let told = ask(&served, &format!("GET /v1/slips?cursor={next}")).token(&a).send().await;
    assert_eq!(told.status, 200, "its own list takes it, with any limit");
    for (token, line) in [
        (&b, format!("GET /v1/slips?cursor={next}")),
        (&a, format!("GET /v1/slips?cursor={next}&reissue_number=0")),
        (&a, format!("GET /v1/exports?cursor={next}")),
        (&a, "GET /v1/slips?cursor=0000000000000002-0".to_owned()),
        (&a, "GET /v1/slips?cursor=".to_owned()),
    ] {
        let told = ask(&served, &line).token(token).send().await;
        assert_problem(&told, 400, "cursor-mismatch");
    }
}

#[tokio::test]
async fn a_parameter_that_does_not_fit_is_refused_and_never_ignored() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    for (query, code) in [
        ("due_form=2026-01-01", "unknown-parameter"),
        ("limit=0", "bad-parameter"),
        ("state=", "bad-parameter"),
        ("state=paid", "bad-parameter"),
        ("state=issued,", "bad-parameter"),
        ("state=issued&state=void", "repeated-parameter"),
        ("limit=201", "bad-parameter"),
        ("due_from=2026-02-30", "bad-parameter"),
        ("bill_number=1", "bad-parameter"),
        ("reissue_number=0&reissue_number=1", "repeated-parameter"),
        ("tenant=10002", "tenant-not-selectable"),
    ] {
        let told = ask(&served, &format!("GET /v1/slips?{query}")).token(&token).send().await;
        assert_problem(&told, 400, code);
    }
    let told = ask(&served, "GET /v1/slips?due_form=2026-01-01").token(&token).send().await;
    assert_eq!(told.json()["did_you_mean"], "due_from");
}
