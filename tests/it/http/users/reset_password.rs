//! `PUT /v1/users/{id}/password`.

use serde_json::json;
use shikiri::testkit::{A, B, World};

use super::id_of;
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn a_reset_ends_the_users_sessions_and_reaches_no_other_biller() {
    let world = World::new().await;
    let served = world.serve().await;
    let clerk = log_in(&served, &A, "clerk").await;
    let admin = log_in(&served, &A, "admin").await;
    let other = log_in(&served, &B, "admin").await;
    let line = format!("PUT /v1/users/{}/password", id_of(&served, &admin, "clerk").await);
    let body = json!({"new_password": "set by the admin today"});
    let reset = |token: &str| ask(&served, &line).token(token).json(&body).send();
    assert_problem(&reset(&other).await, 404, "not-found");
    assert_eq!(ask(&served, "GET /v1/me").token(&clerk).send().await.status, 200);
    assert_eq!(reset(&admin).await.status, 204);
    let told = ask(&served, "GET /v1/me").token(&clerk).send().await;
    assert_problem(&told, 401, "unauthenticated");
}
