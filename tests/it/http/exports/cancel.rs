//! `POST /v1/exports/{id}/cancel`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, SLIPS_A, Served, World};

use super::{abandoned, all, ended, order};
use crate::http::client::{Told, ask, assert_problem, log_in};

async fn cancel(served: &Served, token: &str, id: &str, body: &Value) -> Told {
    ask(served, &format!("POST /v1/exports/{id}/cancel")).token(token).json(body).send().await
}

#[tokio::test]
async fn a_waiting_export_is_cancelled_at_once_by_its_own_biller_and_only_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let id = abandoned(&world, &session).await.to_string();
    let now = json!({"at_page": null, "reason": "違う会社の名前"});
    assert_problem(&cancel(&served, &b, &id, &now).await, 404, "not-found");
    assert_problem(&cancel(&served, &a, "x", &now).await, 404, "not-found");
    for _ in 0..2 {
        let told = cancel(&served, &a, &id, &now).await;
        assert_eq!(told.status, 202, "{}", told.text());
        assert_eq!(told.json(), json!({"id": id, "state": "cancelled", "effective_page": 0}));
    }
    let export = ask(&served, &format!("GET /v1/exports/{id}")).token(&a).send().await.json();
    assert_eq!((&export["state"], &export["file"]), (&json!("cancelled"), &Value::Null));
    let root = crate::support::connect(&world.superuser_url()).await;
    let events =
        "select count(*)::text from shikiri.audit_event where action like 'export.cancel%'";
    assert_eq!(crate::support::text(&root, events).await, "2", "requested and done, once");
    // The reason is the biller's; the chain does not repeat it.
    let said = "select count(*)::text from shikiri.audit_event e where e::text like '%違う%'";
    assert_eq!(crate::support::text(&root, said).await, "0");
}

#[tokio::test]
async fn what_has_ended_cannot_be_cancelled() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(ended(&served, &token, told.header("location")).await["state"], "ready");
    let told = cancel(&served, &token, &id, &json!({})).await;
    assert_problem(&told, 409, "already-final");
    assert_eq!(told.json()["state"], "ready");
    let file = ask(&served, &format!("GET /v1/exports/{id}/file")).token(&token).send().await;
    assert_eq!(file.status, 200);
    for (body, code) in [
        (json!({"at_page": 0}), "validation-failed"),
        (json!({"at_page": "66"}), "validation-failed"),
        (json!({"reason": "x".repeat(201)}), "validation-failed"),
    ] {
        assert_problem(&cancel(&served, &token, &id, &body).await, 422, code);
    }
}
