//! `POST /v1/slips`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, Served, World};

use crate::{
    http::client::{Told, ask, assert_problem, log_in},
    support,
};

fn slip(n: u32) -> Value {
    json!({
        "bill_number": format!("{n:016}"), "customer_number": "C1", "customer_name": "髙﨑　太郎",
        "due_date": "2026-12-31", "amount_yen": 60_000, "consumption_tax_yen": 5_454,
    })
}

async fn post(served: &Served, token: &str, key: &str, body: &Value) -> Told {
    ask(served, "POST /v1/slips").token(token).key(key).json(body).send().await
}

/// What the chain of a biller says about registrations.
async fn registrations(world: &World, code: &str) -> String {
    let owner = support::connect(&world.superuser_url()).await;
    let query = format!(
        "select count(*)::text from shikiri.audit_event e join shikiri_ops.tenant t using (tenant_id)
         where e.action = 'slip.registered' and t.tenant_code = '{code}'"
    );
    support::text(&owner, &query).await
}

#[tokio::test]
async fn one_slip_is_registered_once_however_often_it_is_sent() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    assert_eq!(registrations(&world, A.code).await, "0");
    let first = post(&served, &token, "k1", &slip(7_000)).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.header("location"), "/v1/slips/0000000000007000-0");
    let body = first.json();
    assert_eq!((&body["revenue_stamp"], &body["reissue_number"]), (&json!(true), &json!(0)));
    let got = ask(&served, "GET /v1/slips/0000000000007000-0").token(&token).send().await;
    assert_eq!(got.json(), body);
    let again = post(&served, &token, "k1", &slip(7_000)).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));
    assert_problem(&post(&served, &token, "k1", &slip(7_001)).await, 422, "idempotency-key-reused");
    let told = post(&served, &token, "k2", &slip(7_000)).await;
    assert_problem(&told, 409, "slip-exists");
    assert_eq!(told.json()["ids"], json!(["0000000000007000-0"]));
    assert_eq!(registrations(&world, A.code).await, "1");
    // A key belongs to its user.
    let admin = log_in(&served, &A, "admin").await;
    assert_eq!(post(&served, &admin, "k1", &slip(7_002)).await.status, 201);
}

/// The accident: a name that no font has is met when ten thousand slips are printed, and ends all of them.
#[tokio::test]
async fn a_name_that_cannot_be_printed_is_refused_where_it_is_registered() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let mut rare = slip(7_001);
    rare["customer_name"] = json!("秘密\u{1f600}");
    let told = post(&served, &token, "k1", &json!({"slips": [slip(7_000), rare]})).await;
    assert_problem(&told, 422, "validation-failed");
    let errors = &told.json()["errors"];
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
    assert_eq!(
        (&errors[0]["pointer"], &errors[0]["code"], &errors[0]["position"]),
        (&json!("/slips/1/customer_name"), &json!("no_glyph"), &json!(3))
    );
    assert!(!told.text().contains("秘密") && !told.text().contains('\u{1f600}'), "{}", told.text());
    let got = ask(&served, "GET /v1/slips/0000000000007000-0").token(&token).send().await;
    assert_eq!(got.status, 404, "all or none");
    // A rare name that one of the fonts has is no fault.
    rare = slip(7_001);
    rare["customer_name"] = json!("𠮷田　丽");
    assert_eq!(post(&served, &token, "k2", &rare).await.status, 201);
}

#[tokio::test]
async fn several_are_registered_all_or_none() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    // Slip 2 exists; 7000 does not, and must not after this.
    let body = json!({"slips": [slip(7_000), slip(2)]});
    let told = post(&served, &token, "k", &body).await;
    assert_problem(&told, 409, "slip-exists");
    assert_eq!(told.json()["ids"], json!(["0000000000000002-0"]));
    let get = || ask(&served, "GET /v1/slips/0000000000007000-0").token(&token);
    assert_eq!(get().send().await.status, 404);
    // What was refused has used no key.
    let body = json!({"slips": [slip(7_001), slip(7_000)]});
    let told = post(&served, &token, "k", &body).await;
    assert_eq!(told.status, 201);
    let body_told = told.json();
    let ids: Vec<_> = body_told["data"].as_array().expect("a list").iter().collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0]["id"], "0000000000007000-0");
    assert_eq!(post(&served, &token, "k", &body).await.body, told.body);
    assert_eq!(get().send().await.status, 200);
    let mut wrong = slip(7_003);
    wrong["amount_yen"] = json!(300_001);
    let body = json!({"slips": [slip(7_002), wrong]});
    let told = post(&served, &token, "k3", &body).await;
    assert_problem(&told, 422, "validation-failed");
    assert_eq!(told.json()["errors"][0]["pointer"], "/slips/1/amount_yen");
}

#[tokio::test]
async fn a_number_of_another_biller_is_free() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let line = "GET /v1/slips/0000000000000001-0";
    assert_eq!(ask(&served, line).token(&b).send().await.status, 200);
    assert_eq!(ask(&served, line).token(&a).send().await.status, 404);
    assert_eq!(post(&served, &a, "k", &slip(1)).await.status, 201);
}

#[tokio::test]
async fn equal_requests_at_once_register_one_slip() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let body = slip(7_000);
    let sent = (0..8).map(|_| post(&served, &token, "same", &body));
    let told = futures_util::future::join_all(sent).await;
    let done: Vec<&Told> = told.iter().filter(|it| it.status == 201).collect();
    assert!(!done.is_empty());
    assert!(done.iter().all(|it| it.body == done[0].body));
    let fresh = done.iter().filter(|it| it.header("idempotency-replayed").is_empty()).count();
    assert_eq!(fresh, 1);
    for refused in told.iter().filter(|it| it.status != 201) {
        assert_problem(refused, 409, "idempotency-in-progress");
        assert_eq!(refused.header("retry-after"), "1");
    }
    assert_eq!(registrations(&world, A.code).await, "1");
    let again = post(&served, &token, "same", &body).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
}

#[tokio::test]
async fn a_key_is_needed_and_must_fit() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let told = ask(&served, "POST /v1/slips").token(&token).json(&slip(7_000)).send().await;
    assert_problem(&told, 400, "idempotency-key-required");
    for key in ["", "a b", &"x".repeat(65)] {
        let told = post(&served, &token, key, &slip(7_000)).await;
        assert_problem(&told, 400, "idempotency-key-required");
    }
}
