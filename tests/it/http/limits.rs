//! How much one biller may ask, and what happens when a token names another biller than its session.

use shikiri::{
    domain::OnConflict,
    http::{Limits, Rate},
    testkit::{A, B, PASSWORD, World},
};

use crate::http::client::{ask, ask_at, assert_problem, log_in};

#[tokio::test]
async fn a_biller_that_asks_too_often_is_slowed_down_alone() {
    let world = World::new().await;
    let plenty = Rate { per_minute: 60_000, burst: 10_000 };
    let limits =
        Limits { tenant: Rate { per_minute: 1, burst: 2 }, login: plenty, ..Limits::default() };
    let served = world.serve_with(limits).await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let get = |token: &str| ask(&served, "GET /v1/me").token(token).send();
    let told = get(&a).await;
    assert_eq!((told.status, told.header("ratelimit-policy")), (200, r#""tenant";q=2;w=120"#));
    assert!(
        told.header("ratelimit").starts_with(r#""tenant";r=1;t="#),
        "{}",
        told.header("ratelimit")
    );
    assert_eq!(get(&a).await.status, 200);
    let told = get(&a).await;
    assert_problem(&told, 429, "rate-limited");
    let wait: u64 = told.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(get(&b).await.status, 200);
}

/// The accident: a bug, or a stolen signing key, makes a token whose witness is not its session's tenant.
#[tokio::test]
async fn a_token_whose_witness_is_another_biller_trips_and_shows_nothing() {
    let world = World::new().await;
    let served = world.serve().await;
    let login = |biller: &'static shikiri::testkit::Biller| {
        world.try_login(biller.code, "clerk", PASSWORD, OnConflict::TakeOver)
    };
    let opened = |outcome| match outcome {
        Ok(shikiri::statements::sessions::LoginOutcome::Opened(opened)) => opened,
        _ => panic!("it logs in"),
    };
    let (mut a, b) = (opened(login(&A).await), opened(login(&B).await));
    let good = world.token(&a);
    assert_eq!(ask(&served, "GET /v1/slips").token(&good).send().await.status, 200);
    a.tenant_id = b.tenant_id;
    let bad = world.token(&a);
    for line in ["GET /v1/slips", "GET /v1/me", "DELETE /v1/sessions/current"] {
        let told = ask(&served, line).token(&bad).send().await;
        assert_problem(&told, 503, "isolation-tripped");
        assert!(told.json().get("data").is_none());
    }
    let numbers = ask_at(served.address_admin, "GET /metrics").send().await.text();
    assert!(numbers.contains("shikiri_trips_total 3"), "{numbers}");
    // Nothing was ended by the last one.
    assert_eq!(ask(&served, "GET /v1/slips").token(&good).send().await.status, 200);
}
