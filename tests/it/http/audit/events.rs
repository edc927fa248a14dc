//! `GET /v1/audit/events`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, SLIPS_A, Served, World};

use crate::http::{
    client::{ask, assert_problem, log_in},
    exports::{all, ended, order},
};

async fn page(served: &Served, token: &str, query: &str) -> Value {
    let told = ask(served, &format!("GET /v1/audit/events?{query}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()
}

#[tokio::test]
async fn an_admin_reads_its_own_chain_in_order_and_a_clerk_does_not() {
    let world = World::new().await;
    let served = world.serve().await;
    let (admin, clerk) = (log_in(&served, &A, "admin").await, log_in(&served, &A, "clerk").await);
    let other = log_in(&served, &B, "admin").await;
    let told = order(&served, &clerk, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    ended(&served, &clerk, told.header("location")).await;
    let line = "GET /v1/audit/events";
    assert_problem(&ask(&served, line).token(&clerk).send().await, 403, "role-required");
    // Page by page it is the same chain, each event once.
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let body = page(&served, &admin, &format!("limit=3{cursor}")).await;
        all.extend(body["data"].as_array().expect("events").clone());
        match body["page"]["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = page(&served, &admin, "limit=200").await;
    assert_eq!(json!(all), whole["data"]);
    for (n, event) in (1..).zip(&all) {
        assert_eq!(event["seq"], n);
    }
    let actions: Vec<&str> = all
        .iter()
        .filter(|it| it["object"] == json!(id))
        .filter_map(|it| it["action"].as_str())
        .collect();
    assert_eq!(actions, ["export.ordered", "export.started", "export.drawn", "export.released"]);
    // Conditions narrow it; a cursor belongs to its conditions.
    let some = page(&served, &admin, "action=export.ordered").await;
    assert_eq!(some["data"].as_array().expect("events").len(), 1);
    let none = page(&served, &other, &format!("object={id}")).await;
    assert_eq!(none["data"], json!([]), "another biller's chain does not have it");
    let mixed = format!("GET /v1/audit/events?action=export.ordered{cursor}");
    assert_problem(&ask(&served, &mixed).token(&admin).send().await, 400, "cursor-mismatch");
}
