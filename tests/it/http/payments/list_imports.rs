//! `GET /v1/payment-imports`.

use serde_json::Value;
use shikiri::testkit::{A, B, Served, World};

use super::{Paid, send};
use crate::http::client::{ask, assert_problem, log_in};

/// A page of it, with what else is asked for.
async fn page(served: &Served, token: &str, query: &str) -> Value {
    let told = ask(served, &format!("GET /v1/payment-imports?{query}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()
}

#[tokio::test]
async fn the_files_of_a_biller_are_listed_the_latest_first_and_each_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let mut taken = Vec::new();
    for n in 0..3 {
        let file = Paid::of(A.code, "0000000000000002", 0, 1_997 + n).line();
        let told = send(&served, &a, &format!("k{n}"), "dsk_13", &file).await;
        assert_eq!(told.status, 201, "{}", told.text());
        taken.insert(0, told.json());
    }
    let file = Paid::of(B.code, "0000000000000003", 0, 1).line();
    let of_b = send(&served, &b, "k", "dsk_13", &file).await;
    assert_eq!(of_b.status, 201, "{}", of_b.text());
    for limit in [1, 2, 200] {
        let (mut seen, mut query) = (Vec::new(), format!("limit={limit}"));
        loop {
            let body = page(&served, &a, &query).await;
            seen.extend(body["data"].as_array().expect("a list").iter().cloned());
            let Some(next) = body["page"]["next"].as_str() else { break };
            query = format!("limit={limit}&cursor={next}");
        }
        assert_eq!(seen, taken, "{limit} at a time");
    }
    assert_eq!(page(&served, &b, "").await["data"], serde_json::json!([of_b.json()]));
    let body = page(&served, &a, "limit=1").await;
    let next = body["page"]["next"].as_str().expect("there is more").to_owned();
    for (token, route) in [(&b, "payment-imports"), (&a, "exports")] {
        let told = ask(&served, &format!("GET /v1/{route}?cursor={next}")).token(token);
        assert_problem(&told.send().await, 400, "cursor-mismatch");
    }
}
