//! `PUT /v1/me/password`.

use serde_json::json;
use shikiri::testkit::{A, PASSWORD, World};

use crate::http::client::{ask, assert_problem, credentials, log_in};

#[tokio::test]
async fn a_password_is_changed_with_the_current_one_and_other_sessions_end() {
    let world = World::new().await;
    let served = world.serve().await;
    let other = log_in(&served, &A, "clerk").await;
    let body = credentials(&A, "clerk", "parallel");
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    let token = told.json()["token"].as_str().expect("a token").to_owned();
    let new = "an entirely new password";
    let change = |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        ask(&served, "PUT /v1/me/password").token(&token).json(&body)
    };
    let told = change("not the current one", new).send().await;
    assert_problem(&told, 403, "current-password-wrong");
    let told = change(PASSWORD, "short").send().await;
    assert_problem(&told, 422, "validation-failed");
    assert_eq!(told.json()["errors"][0]["pointer"], "/new_password");
    assert_eq!(ask(&served, "GET /v1/me").token(&other).send().await.status, 200);
    assert_eq!(change(PASSWORD, new).send().await.status, 204);
    assert_eq!(ask(&served, "GET /v1/me").token(&token).send().await.status, 200);
    let told = ask(&served, "GET /v1/me").token(&other).send().await;
    assert_problem(&told, 401, "unauthenticated");
    let mut body = credentials(&A, "clerk", "take_over");
    let told = ask(&served, "POST /v1/sessions").json(&body).send().await;
    assert_problem(&told, 401, "bad-credentials");
    body["password"] = json!(new);
    assert_eq!(ask(&served, "POST /v1/sessions").json(&body).send().await.status, 201);
}
