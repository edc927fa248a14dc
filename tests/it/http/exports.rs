//! `/v1/exports`.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shikiri::{
    auth::VerifiedSession,
    db::statements::exports::OrderExport,
    testkit::{A, B, SLIPS_A, Served, World, register, sample_slip},
};

use crate::http::client::{Told, ask, assert_problem, log_in};

fn all(rows: u32) -> Value {
    json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": rows}})
}

async fn order(served: &Served, token: &str, key: &str, body: &Value) -> Told {
    ask(served, "POST /v1/exports").token(token).key(key).json(body).send().await
}

/// Waits until an export has ended.
pub async fn ended(served: &Served, token: &str, href: &str) -> Value {
    for _ in 0..600 {
        let body = ask(served, &format!("GET {href}")).token(token).send().await.json();
        let state = body["state"].as_str().expect("a state");
        if !["queued", "running", "checking"].contains(&state) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the export did not end");
}

/// Orders one that no process will run: it stays queued.
async fn abandoned(world: &World, session: &VerifiedSession) -> uuid::Uuid {
    let export_id = uuid::Uuid::now_v7();
    let order = OrderExport {
        export_id,
        report: "slip_list".to_owned(),
        filter: json!({"all": true}),
        expected_rows: 45,
        purpose: None,
    };
    let mut tx = world.pool().enter(session).await.expect("enters");
    tx.fetch_one(&order).await.expect("answers").expect("is ordered");
    tx.commit().await.expect("commits");
    export_id
}

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
async fn nothing_is_ordered_without_a_filter_and_an_expectation() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let expect = json!({"rows": 45});
    for (body, status, code) in [
        (json!({"report": "slip_list", "expect": expect}), 422, "filter-required"),
        (json!({"report": "slip_list", "filter": {}, "expect": expect}), 422, "filter-required"),
        (json!({"report": "slip_list", "filter": {"all": true}}), 422, "expectation-missing"),
        (
            json!({"report": "x", "filter": {"all": true}, "expect": expect}),
            422,
            "validation-failed",
        ),
        (
            json!({"report": "slip_list", "filter": {"tenant_id": 2}, "expect": expect}),
            400,
            "tenant-not-selectable",
        ),
        (
            json!({"report": "slip_list", "filter": {"customer": "C1"}, "expect": expect}),
            400,
            "unknown-field",
        ),
        (all(44), 409, "row-count-mismatch"),
    ] {
        assert_problem(&order(&served, &token, "k", &body).await, status, code);
    }
    let told = order(&served, &token, "k", &all(44)).await;
    assert_eq!(told.json()["counted_rows"], SLIPS_A);
    let body = ask(&served, "GET /v1/exports").token(&token).send().await.json();
    assert_eq!(body["data"], json!([]));
    assert_eq!(order(&served, &token, "k", &all(SLIPS_A)).await.status, 202, "no key was used up");
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

#[tokio::test]
async fn a_biller_has_twelve_exports_under_way_at_most() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    for _ in 0..12 {
        abandoned(&world, &session).await;
    }
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(SLIPS_A)).await;
    assert_problem(&told, 429, "export-quota");
    // Pages of the list: the latest first, each once.
    let mut seen = std::collections::BTreeSet::new();
    let mut line = "GET /v1/exports?limit=5".to_owned();
    loop {
        let body = ask(&served, &line).token(&token).send().await.json();
        for it in body["data"].as_array().expect("a list") {
            assert!(seen.insert(it["id"].as_str().expect("an id").to_owned()));
        }
        let Some(next) = body["page"]["next"].as_str() else { break };
        line = format!("GET /v1/exports?limit=5&cursor={next}");
    }
    assert_eq!(seen.len(), 12);
}

#[tokio::test]
async fn too_many_rows_are_refused_with_a_way_to_cut_them() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let more: Vec<_> = (SLIPS_A..40_001)
        .map(|n| {
            let mut slip = sample_slip(&A, n % 200);
            let number = format!("{:016}", 2 * n);
            slip.id.bill_number = shikiri::domain::BillNumber::new(&number).expect("16 digits");
            slip
        })
        .collect();
    register(world.pool(), &session, &more).await.expect("fits");
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(40_001)).await;
    assert_problem(&told, 422, "export-too-large");
    let body = told.json();
    assert_eq!((&body["counted_rows"], &body["rows_max"]), (&json!(40_001), &json!(40_000)));
    let parts = body["split"].as_array().expect("parts");
    let rows: u64 = parts.iter().map(|it| it["rows"].as_u64().expect("a number")).sum();
    assert_eq!((rows, parts.len()), (40_001, 2));
    // A part can be ordered as it was proposed.
    let last = &parts[1];
    let wish = json!({
        "report": "slip_list", "expect": {"rows": last["rows"]},
        "filter": {
            "bill_number_from": last["bill_number_from"], "bill_number_to": last["bill_number_to"],
        },
    });
    assert_eq!(order(&served, &token, "k", &wish).await.status, 202);
}
