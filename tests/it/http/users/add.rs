//! `POST /v1/users`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, World};

use super::{id_of, new_user};
use crate::http::client::{ask, assert_problem, credentials, log_in};

#[tokio::test]
async fn an_admin_adds_a_user_once_who_can_log_in() {
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let add = |key: &str, body: &Value| {
        ask(&served, "POST /v1/users").token(&admin).key(key).json(body).send()
    };
    let told = add("k1", &new_user("hanako")).await;
    assert_eq!(told.status, 201, "{}", told.text());
    assert!(!told.text().contains("password"));
    let again = add("k1", &new_user("hanako")).await;
    assert_eq!((again.status, &again.body), (201, &told.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_problem(&add("k1", &new_user("taro")).await, 422, "idempotency-key-reused");
    assert_problem(&add("k2", &new_user("hanako")).await, 409, "user-exists");
    let mut body = credentials(&A, "hanako", "ask");
    body["password"] = json!("a password for a start");
    assert_eq!(ask(&served, "POST /v1/sessions").json(&body).send().await.status, 201);
    // The same login in another biller is another user.
    let other = log_in(&served, &B, "admin").await;
    let add = ask(&served, "POST /v1/users").token(&other).key("k1").json(&new_user("hanako"));
    assert_eq!(add.send().await.status, 201);
}

#[tokio::test]
async fn equal_requests_at_once_add_one_user() {
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let body = new_user("hanako");
    let add = || ask(&served, "POST /v1/users").token(&admin).key("same").json(&body).send();
    let told = futures_util::future::join_all((0..6).map(|_| add())).await;
    for it in &told {
        match it.status {
            201 => assert_eq!(it.json()["login"], "hanako"),
            _ => assert_problem(it, 409, "idempotency-in-progress"),
        }
    }
    let fresh = told.iter().filter(|it| it.status == 201);
    let fresh = fresh.filter(|it| it.header("idempotency-replayed").is_empty());
    assert_eq!(fresh.count(), 1);
}

#[tokio::test]
async fn a_clerk_may_neither_add_nor_reset() {
    let world = World::new().await;
    let served = world.serve().await;
    let clerk = log_in(&served, &A, "clerk").await;
    let add = ask(&served, "POST /v1/users").token(&clerk).key("k").json(&new_user("hanako"));
    assert_problem(&add.send().await, 403, "role-required");
    let line = format!("PUT /v1/users/{}/password", id_of(&served, &clerk, "admin").await);
    let body = json!({"new_password": "taken over by a clerk"});
    let told = ask(&served, &line).token(&clerk).json(&body).send().await;
    assert_problem(&told, 403, "role-required");
    log_in(&served, &A, "admin").await;
}

#[tokio::test]
async fn every_fault_of_a_new_user_is_told() {
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let body = json!({"login": "A B", "display_name": "", "role": "root", "password": "short"});
    let told = ask(&served, "POST /v1/users").token(&admin).key("k").json(&body).send().await;
    assert_problem(&told, 422, "validation-failed");
    assert_eq!(told.json()["errors"].as_array().expect("errors").len(), 4);
    let told = ask(&served, "POST /v1/users").token(&admin).json(&new_user("x")).send().await;
    assert_problem(&told, 400, "idempotency-key-required");
}
