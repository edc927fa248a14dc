//! `GET /v1/slips/{id}/events`.

use serde_json::json;
use shikiri::testkit::{A, B, World};

use super::void::{change, see};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn a_slip_tells_what_happened_to_it_to_its_biller_only() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let me = ask(&served, "GET /v1/me").token(&a).send().await.json()["user"]["id"].clone();
    let (old, new) = ("0000000000000002-0", "0000000000000002-1");
    let events = |token: &str, id: &str| {
        ask(&served, &format!("GET /v1/slips/{id}/events")).token(token).send()
    };
    let kinds = |told: &crate::http::client::Told| -> Vec<String> {
        let body = told.json();
        let data = body["data"].as_array().expect("a list");
        data.iter().map(|it| it["kind"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(kinds(&events(&a, old).await), ["registered"]);
    let (_, tag) = see(&served, &a, old).await;
    let line = format!("POST /v1/slips/{old}/reissue");
    assert_eq!(change(&served, &a, &line, "k", &tag, &json!({"reason": "紛失"})).await.status, 201);
    let (_, tag) = see(&served, &a, new).await;
    let line = format!("POST /v1/slips/{new}/void");
    assert_eq!(change(&served, &a, &line, "k", &tag, &json!({"reason": "解約"})).await.status, 200);
    let of_old = events(&a, old).await;
    assert_eq!(kinds(&of_old), ["registered", "superseded"]);
    let event = &of_old.json()["data"][1];
    assert_eq!(
        (&event["by"], &event["reason"], &event["other"]),
        (&me, &json!("紛失"), &json!(new))
    );
    let of_new = events(&a, new).await;
    assert_eq!(kinds(&of_new), ["registered", "reissued", "voided"]);
    assert_eq!(of_new.json()["data"][1]["other"], old);
    assert_eq!(of_new.json()["data"][2]["reason"], "解約");
    let not_yours = events(&b, old).await;
    assert_problem(&not_yours, 404, "not-found");
    for id in ["9999999999999999-0", "x"] {
        assert_eq!(events(&b, id).await.body, not_yours.body);
    }
}
