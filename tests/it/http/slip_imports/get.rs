//! `GET /v1/slip-imports/{id}`.

use shikiri::testkit::{A, B, World};

use super::{rows, send};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn an_import_is_its_billers_and_for_others_not_there() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let told = send(&served, &a, "k", "mode=dry_run", rows(7_000, 3)).await;
    assert_eq!(told.status, 201, "{}", told.text());
    let href = told.header("location").to_owned();
    let got = ask(&served, &format!("GET {href}")).token(&a).send().await;
    assert_eq!((got.status, got.json()), (200, told.json()));
    let not_yours = ask(&served, &format!("GET {href}")).token(&b).send().await;
    assert_problem(&not_yours, 404, "not-found");
    for id in ["00000000-0000-4000-8000-000000000000", "x"] {
        let not_there = ask(&served, &format!("GET /v1/slip-imports/{id}")).token(&b).send().await;
        assert_eq!((not_there.status, &not_there.body), (404, &not_yours.body));
        let csv =
            ask(&served, &format!("GET /v1/slip-imports/{id}/errors.csv")).token(&b).send().await;
        assert_eq!((csv.status, &csv.body), (404, &not_yours.body));
    }
}
