//! `GET /v1/slips/{id}`.

use serde_json::json;
use shikiri::testkit::{A, B, World, sample_slip};

use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn a_slip_is_its_billers_and_for_others_not_there() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let line = "GET /v1/slips/0000000000000002-0";
    let told = ask(&served, line).token(&a).send().await;
    assert_eq!(told.status, 200);
    let due = sample_slip(&A, 1).due_date.expect("has one").iso();
    assert_eq!(
        told.json(),
        json!({
            "id": "0000000000000002-0", "bill_number": "0000000000000002", "reissue_number": 0,
            "customer_number": "C0001", "customer_name": "淡路　太郎1", "due_date": due,
            "revenue_stamp": false, "amount_yen": 1997, "state": "issued", "payment": "none",
        })
    );
    let not_yours = ask(&served, line).token(&b).send().await;
    assert_problem(&not_yours, 404, "not-found");
    for id in ["9999999999999999-0", "0000000000000002", "x", "0000000000000002-0%00"] {
        let not_there = ask(&served, &format!("GET /v1/slips/{id}")).token(&b).send().await;
        assert_problem(&not_there, 404, "not-found");
        assert_eq!(not_there.body, not_yours.body);
    }
}
