//! `GET /v1/payment-imports/{id}`.

use shikiri::testkit::{A, B, World};

use super::{Paid, send};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn where_an_import_says_it_is_there_it_is_for_its_biller_alone() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let file = Paid::of(A.code, "9999999999999999", 0, 1).line();
    let told = send(&served, &a, "k", "dsk_13", &file).await;
    assert_eq!(told.status, 201, "{}", told.text());
    let href = told.header("location").to_owned();
    let got = ask(&served, &format!("GET {href}")).token(&a).send().await;
    assert_eq!((got.status, got.json()), (200, told.json()));
    assert_eq!((&got.json()["events"], &got.json()["new"]), (&1.into(), &1.into()));
    let not_yours = ask(&served, &format!("GET {href}")).token(&b).send().await;
    assert_problem(&not_yours, 404, "not-found");
    for id in ["00000000-0000-4000-8000-000000000000", "x"] {
        let not_there = ask(&served, &format!("GET /v1/payment-imports/{id}")).token(&a).send();
        let not_there = not_there.await;
        assert_eq!((not_there.status, &not_there.body), (404, &not_yours.body));
    }
}
