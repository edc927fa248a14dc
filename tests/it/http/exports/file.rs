//! `GET /v1/exports/{id}` and `GET /v1/exports/{id}/file`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shikiri::testkit::{A, B, SLIPS_A, World};

use super::{abandoned, all, ended, order};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn an_export_is_ordered_watched_and_fetched_by_its_biller_only() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let mut wish = all(SLIPS_A);
    wish["purpose"] = json!("発送用");
    let told = order(&served, &a, "k1", &wish).await;
    assert_eq!(told.status, 202, "{}", told.text());
    assert_eq!(told.header("retry-after"), "1");
    assert_eq!(told.json()["purpose"], "発送用");
    let href = told.header("location").to_owned();
    let again = order(&served, &a, "k1", &wish).await;
    assert_eq!((again.status, &again.body), (202, &told.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_problem(&order(&served, &a, "k1", &all(3)).await, 422, "idempotency-key-reused");
    let body = ended(&served, &a, &href).await;
    assert_eq!(body["state"], "ready", "{body}");
    assert_eq!(body["progress"]["rows_done"], SLIPS_A);
    let file = format!("{href}/file");
    let told = ask(&served, &format!("GET {file}")).token(&a).send().await;
    assert_eq!((told.status, told.header("content-type")), (200, "application/pdf"));
    assert!(told.body.starts_with(b"%PDF-"));
    assert_eq!(told.header("content-length"), told.body.len().to_string());
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&told.body)));
    assert_eq!(told.header("content-digest"), digest);
    assert!(told.header("content-disposition").starts_with("attachment; filename="));
    assert_eq!(body["file"]["href"], file);
    for line in [format!("GET {href}"), format!("GET {file}")] {
        assert_problem(&ask(&served, &line).token(&b).send().await, 404, "not-found");
    }
    let list = |body: Value| body["data"].as_array().expect("a list").len();
    assert_eq!(list(ask(&served, "GET /v1/exports").token(&a).send().await.json()), 1);
    assert_eq!(list(ask(&served, "GET /v1/exports").token(&b).send().await.json()), 0);
}

#[tokio::test]
async fn a_file_is_not_given_before_its_release() {
    let world = World::new().await;
    let served = world.serve().await;
    let id = abandoned(&world, &world.login(&A, "admin").await).await;
    let token = log_in(&served, &A, "clerk").await;
    let line = format!("GET /v1/exports/{id}/file");
    let told = ask(&served, &line).token(&token).send().await;
    assert_problem(&told, 409, "export-not-ready");
    assert_eq!(told.json()["state"], "queued");
    let told = ask(&served, &format!("GET /v1/exports/{id}")).token(&token).send().await;
    assert_eq!(told.json()["file"], Value::Null);
}
