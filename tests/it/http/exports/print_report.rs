//! `POST /v1/exports/{id}/print-reports`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, SLIPS_A, Served, World};

use super::{abandoned, all, ended, order};
use crate::http::client::{Told, ask, assert_problem, log_in};

async fn report(served: &Served, token: &str, id: &str, key: &str, body: &Value) -> Told {
    let line = format!("POST /v1/exports/{id}/print-reports");
    ask(served, &line).token(token).key(key).json(body).send().await
}

#[tokio::test]
async fn a_biller_tells_up_to_which_page_it_printed_and_every_report_is_kept() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let waiting = abandoned(&world, &session).await.to_string();
    let told = order(&served, &a, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    ended(&served, &a, told.header("location")).await;
    let two = json!({"last_printed_page": 2, "note": "紙詰まり"});
    assert_problem(&report(&served, &b, &id, "k", &two).await, 404, "not-found");
    assert_problem(&report(&served, &a, &waiting, "k", &two).await, 409, "export-not-ready");
    for page in [json!(4), json!(-1), json!("2"), json!(null)] {
        let told = report(&served, &a, &id, "k", &json!({"last_printed_page": page})).await;
        assert_problem(&told, 422, "validation-failed");
    }
    let first = report(&served, &a, &id, "k", &two).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.json()["report_number"], 1);
    assert_eq!(first.json()["note"], "紙詰まり");
    let again = report(&served, &a, &id, "k", &two).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "a retry is not a second report");
    let told = report(&served, &a, &id, "k", &json!({"last_printed_page": 3})).await;
    assert_problem(&told, 422, "idempotency-key-reused");
    let second = report(&served, &a, &id, "k2", &json!({"last_printed_page": 3})).await;
    assert_eq!((second.status, &second.json()["report_number"]), (201, &json!(2)));
    // In the chain, without the note.
    let root = crate::support::connect(&world.superuser_url()).await;
    let chain = "select string_agg(detail ->> 'last_printed_page', ',' order by seq) || count(*) filter \
         (where e::text like '%紙%') from shikiri.audit_event e where action = 'export.print_reported'";
    assert_eq!(crate::support::text(&root, chain).await, "2,30");
}
