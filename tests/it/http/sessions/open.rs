//! `POST /v1/sessions`.

use serde_json::json;
use shikiri::{
    http::{Limits, Rate},
    testkit::{A, B, World},
};

use crate::http::client::{ask, assert_problem, credentials, log_in};

#[tokio::test]
async fn a_login_opens_a_session_whose_token_is_believed() {
    let world = World::new().await;
    let served = world.serve().await;
    let body = credentials(&A, "clerk", "take_over");
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    assert_eq!(told.status, 201);
    let body = told.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 300);
    assert_eq!(body["user"]["login"], "clerk");
    assert_eq!(body["user"]["role"], "clerk");
    assert_eq!(told.header("cache-control"), "no-store");
    let token = body["token"].as_str().expect("a token");
    let me = ask(&served, "GET /v1/me").token(token).send().await;
    assert_eq!((me.status, &me.json()["biller"]["code"]), (200, &json!(A.code)));
}

#[tokio::test]
async fn unknown_wrong_disabled_and_suspended_are_one_answer() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut wrong = credentials(&A, "clerk", "ask");
    wrong["password"] = json!("not the password of anybody");
    let mut long = credentials(&A, "clerk", "ask");
    long["password"] = json!("x".repeat(500));
    let unknown = credentials(&A, "nobody", "ask");
    let mut elsewhere = credentials(&A, "clerk", "ask");
    elsewhere["tenant_code"] = json!("99999");
    let suspended = credentials(&B, "clerk", "ask");
    // Quiet before: what will be suspended could log in.
    log_in(&served, &B, "clerk").await;
    let suspend = shikiri::statements::operator::SuspendTenant {
        tenant_code: B.code.to_owned(),
        suspend: true,
    };
    world.operator().await.call(&suspend).await.expect("suspends");
    let mut bodies = Vec::new();
    for body in [wrong, long, unknown, elsewhere, suspended] {
        let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
        assert_problem(&told, 401, "bad-credentials");
        assert!(told.header("www-authenticate").starts_with("Bearer"));
        bodies.push(told.body);
    }
    assert!(bodies.iter().all(|it| *it == bodies[0]));
}

#[tokio::test]
async fn ten_failures_lock_the_login_and_the_answer_stays_the_same() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut wrong = credentials(&A, "admin", "take_over");
    wrong["password"] = json!("not the password of anybody");
    for _ in 0..10 {
        let told = ask(&served, "POST /v1/sessions").json(&wrong).send().await;
        assert_problem(&told, 401, "bad-credentials");
    }
    let right = credentials(&A, "admin", "take_over");
    let told = ask(&served, "POST /v1/sessions").json(&right).send().await;
    assert_problem(&told, 401, "bad-credentials");
    assert!(told.json()["detail"].as_str().expect("words").contains("Ten failures"));
    // Only that login: the clerk of the same biller is let in.
    log_in(&served, &A, "clerk").await;
}

#[tokio::test]
async fn a_second_login_is_told_of_the_first_and_chooses() {
    let world = World::new().await;
    let served = world.serve().await;
    let first = log_in(&served, &A, "clerk").await;
    for mode in ["ask", "refuse"] {
        let told = ask(&served, "POST /v1/sessions")
            .header("user-agent", "second")
            .json(&credentials(&A, "clerk", mode))
            .send()
            .await;
        assert_problem(&told, 409, "session-exists");
        let body = told.json();
        assert!(body["other_session"]["id"].is_string());
        assert!(body["other_session"]["opened_at"].is_string());
        assert_eq!(body["running_exports"], json!([]));
        assert!(body["choices"].as_array().expect("choices").contains(&json!("take_over")));
    }
    let me = ask(&served, "GET /v1/me").token(&first).send().await;
    assert_eq!(me.status, 200, "asking ended nothing");
    let body = credentials(&A, "clerk", "parallel");
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    assert_eq!(told.status, 201);
    assert_eq!(ask(&served, "GET /v1/me").token(&first).send().await.status, 200);
    let second = log_in(&served, &A, "clerk").await;
    let told = ask(&served, "GET /v1/slips").token(&first).send().await;
    assert_problem(&told, 401, "session-superseded");
    assert_eq!(ask(&served, "GET /v1/slips").token(&second).send().await.status, 200);
}

#[tokio::test]
async fn a_sixth_parallel_session_is_refused_without_offering_it() {
    let world = World::new().await;
    let served = world.serve().await;
    log_in(&served, &A, "clerk").await;
    let body = credentials(&A, "clerk", "parallel");
    for _ in 0..4 {
        assert_eq!(ask(&served, "POST /v1/sessions").json(&body).send().await.status, 201);
    }
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    assert_problem(&told, 409, "session-exists");
    let choices = told.json()["choices"].to_string();
    assert!(choices.contains("take_over") && !choices.contains("parallel"), "{choices}");
}

#[tokio::test]
async fn a_mode_that_the_biller_does_not_allow_is_refused_with_those_it_does() {
    let world = World::new().await;
    let served = world.serve().await;
    let owner = crate::support::connect(&world.superuser_url()).await;
    owner
        .execute(
            "update shikiri_ops.tenant set on_conflict_allowed = '{ask,refuse}' where tenant_code = $1",
            &[&A.code],
        )
        .await
        .expect("a superuser may");
    let body = credentials(&A, "admin", "ask");
    assert_eq!(ask(&served, "POST /v1/sessions").json(&body).send().await.status, 201);
    let body = credentials(&A, "admin", "take_over");
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    assert_problem(&told, 403, "on-conflict-not-allowed");
    assert_eq!(told.json()["choices"], json!(["ask", "refuse"]));
}

#[tokio::test]
async fn a_login_body_is_read_strictly() {
    let world = World::new().await;
    let served = world.serve().await;
    let good = credentials(&A, "clerk", "take_over");
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, status, code) in [
        (with("tenant_id", json!(1)), 400, "tenant-not-selectable"),
        (with("otp", json!("1")), 400, "unknown-field"),
        (with("tenant_code", json!("1")), 422, "validation-failed"),
        (with("login", json!("Clerk\u{0}")), 422, "validation-failed"),
        (with("password", json!(1)), 422, "validation-failed"),
        (with("on_conflict", json!("force")), 422, "validation-failed"),
        (json!([]), 422, "validation-failed"),
    ] {
        let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
        assert_problem(&told, status, code);
    }
    let told = ask(&served, "POST /v1/sessions?tenant_code=10002").json(&good).send().await;
    assert_problem(&told, 400, "tenant-not-selectable");
}

#[tokio::test]
async fn guesses_from_one_address_are_slowed_down() {
    let world = World::new().await;
    let plenty = Rate { per_minute: 60_000, burst: 10_000 };
    let limits =
        Limits { tenant: plenty, login: Rate { per_minute: 1, burst: 2 }, ..Limits::default() };
    let served = world.serve_with(limits).await;
    let body = credentials(&A, "nobody", "ask");
    for status in [401, 401, 429] {
        let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
        assert_eq!(told.status, status);
        if status == 429 {
            assert_problem(&told, 429, "rate-limited");
            let wait: u64 = told.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&wait), "{wait}");
        }
    }
}
