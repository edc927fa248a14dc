//! `GET /v1/exports/{id}/events`.

use std::time::Duration;

use serde_json::json;
use shikiri::{
    http::{Limits, Rate},
    testkit::{A, B, SLIPS_A, Served, World},
};

use super::{abandoned, all, ended, order};
use crate::{
    exports::accidents::{hold_at_first_page, until_held},
    http::client::{Ask, ask, assert_problem, credentials, log_in},
};

fn events(served: &Served, token: &str, id: &str) -> Ask {
    ask(served, &format!("GET /v1/exports/{id}/events")).token(token)
}

async fn ordered(served: &Served, token: &str) -> String {
    let told = order(served, token, "k", &all(SLIPS_A)).await;
    told.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn an_export_is_watched_to_its_end_and_what_was_seen_is_not_sent_again() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = ordered(&served, &token).await;
    until_held(&world).await;
    let mut stream = events(&served, &token, &id).stream().await;
    assert_eq!(stream.status, 200);
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["cache-control"], "no-store");
    let first = stream.next().await.expect("where it stands");
    assert_eq!((first.name.as_str(), &first.data["state"]), ("progress", &json!("running")));
    assert_eq!((&first.data["pages_done"], &first.data["pages_total"]), (&json!(0), &json!(3)));
    drop(hold);
    let rest = stream.rest().await;
    let last = rest.last().expect("the end is told");
    assert_eq!((last.name.as_str(), &last.data["state"]), ("ready", &json!("ready")));
    assert_eq!((&last.data["pages_done"], &last.data["rows_done"]), (&json!(3), &json!(SLIPS_A)));
    let ids: std::collections::BTreeSet<_> = rest.iter().map(|it| &it.id).collect();
    assert_eq!(ids.len(), rest.len(), "no event twice");
    // Who has seen the end is told so; who has not sees it.
    let seen = events(&served, &token, &id).header("last-event-id", &last.id).send().await;
    assert_eq!((seen.status, seen.body.len()), (204, 0));
    for before in [Some(&first.id), None] {
        let mut again = events(&served, &token, &id);
        if let Some(before) = before {
            again = again.header("last-event-id", before);
        }
        assert_eq!(again.stream().await.rest().await, std::slice::from_ref(last));
    }
    let junk = events(&served, &token, &id).header("last-event-id", "yesterday").send().await;
    assert_problem(&junk, 400, "bad-parameter");
    let other = events(&served, &token, &id).header("accept", "application/json").send().await;
    assert_problem(&other, 406, "not-acceptable");
    // The export can be had as soon as its end is told.
    let file = ask(&served, &format!("GET /v1/exports/{id}/file")).token(&token).send().await;
    assert_eq!(file.status, 200);
}

#[tokio::test]
async fn nobody_watches_for_another_biller_and_a_session_that_ends_sees_no_more() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let hold = hold_at_first_page(&world).await;
    let id = ordered(&served, &a).await;
    until_held(&world).await;
    assert_problem(&events(&served, &b, &id).send().await, 404, "not-found");
    let mut stream = events(&served, &a, &id).stream().await;
    assert_eq!(stream.next().await.expect("an event").data["state"], "running");
    // The accident of 2023: the same person logs in elsewhere.
    let again = ask(&served, "POST /v1/sessions").json(&credentials(&A, "clerk", "take_over"));
    let again = again.send().await.json();
    drop(hold);
    let rest = stream.rest().await;
    let last = rest.last().expect("it says why it ends");
    assert_eq!(
        (last.name.as_str(), &last.data),
        ("closed", &json!({"code": "session-superseded"}))
    );
    assert!(!rest.iter().any(|it| it.name == "ready"), "{rest:?}");
    // The new session watches the same export to its end.
    let token = again["token"].as_str().expect("a token");
    let seen = events(&served, token, &id).stream().await.rest().await;
    assert_eq!(seen.last().expect("the end").name, "ready");
}

#[tokio::test]
async fn an_export_of_another_process_is_watched_as_well() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let token = log_in(&served, &A, "clerk").await;
    // No process of ours works on it.
    let id = abandoned(&world, &session).await.to_string();
    let mut stream = events(&served, &token, &id).stream().await;
    assert_eq!(stream.next().await.expect("an event").data["state"], "queued");
    let cancel = ask(&served, &format!("POST /v1/exports/{id}/cancel")).token(&token);
    assert_eq!(cancel.json(&json!({})).send().await.status, 202);
    let last = stream.next().await.expect("the end");
    assert_eq!((last.name.as_str(), &last.data["failure"]), ("cancelled", &json!("cancelled")));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_biller_has_so_many_watchers_and_one_that_leaves_makes_room() {
    let world = World::new().await;
    let rate = Rate { per_minute: 60_000, burst: 10_000 };
    let served =
        world.serve_with(Limits { tenant: rate, login: rate, watchers: 1, watchers_all: 9 }).await;
    let session = world.login(&A, "admin").await;
    let token = log_in(&served, &A, "clerk").await;
    let id = abandoned(&world, &session).await.to_string();
    let mut stream = events(&served, &token, &id).stream().await;
    assert!(stream.next().await.is_some());
    let told = events(&served, &token, &id).send().await;
    assert_problem(&told, 429, "watch-quota");
    drop(stream);
    for _ in 0..2_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if events(&served, &token, &id).stream().await.status == 200 {
            return;
        }
    }
    panic!("a client that left keeps its place");
}

#[tokio::test]
async fn all_billers_have_so_many_watchers_and_the_rest_of_the_service_goes_on() {
    let world = World::new().await;
    let rate = Rate { per_minute: 60_000, burst: 10_000 };
    let limits = Limits { tenant: rate, login: rate, watchers: 2, watchers_all: 2 };
    let served = world.serve_with(limits).await;
    let (of_a, of_b) = (world.login(&A, "admin").await, world.login(&B, "admin").await);
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let ids = [abandoned(&world, &of_a).await, abandoned(&world, &of_b).await];
    let [of_a, of_b] = ids.map(|it| it.to_string());
    let first = events(&served, &a, &of_a).stream().await;
    let second = events(&served, &a, &of_a).stream().await;
    assert_eq!((first.status, second.status), (200, 200));
    let told = events(&served, &b, &of_b).send().await;
    assert_problem(&told, 429, "watch-full");
    assert_eq!(told.header("retry-after"), "5");
    let polled = ask(&served, &format!("GET /v1/exports/{of_b}")).token(&b).send().await;
    assert_eq!(polled.status, 200);
}

#[tokio::test]
async fn a_service_that_ends_ends_its_streams_first() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let token = log_in(&served, &A, "clerk").await;
    let id = abandoned(&world, &session).await.to_string();
    let mut stream = events(&served, &token, &id).stream().await;
    assert!(stream.next().await.is_some());
    served.stop().await;
    let last = stream.next().await.expect("it says why");
    assert_eq!((last.name.as_str(), &last.data["code"]), ("closed", &json!("closing")));
    assert_eq!(stream.next().await, None, "and it ends whole, not cut off at the deadline");
}

#[tokio::test]
async fn who_polls_sees_the_same() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let id = ordered(&served, &token).await;
    let seen = events(&served, &token, &id).stream().await.rest().await;
    let polled = ended(&served, &token, &format!("/v1/exports/{id}")).await;
    let last = &seen.last().expect("the end").data;
    assert_eq!(
        (&last["state"], &last["pages_done"]),
        (&polled["state"], &polled["progress"]["pages_done"])
    );
}
