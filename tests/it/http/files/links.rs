//! `POST /v1/exports/{id}/links` and `GET /d/{id}`: good once, for a while, and for whom it was said.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shikiri::testkit::{A, B, Served, World};

use super::released;
use crate::{
    attacks::Wire,
    http::client::{Told, ask, assert_problem, log_in},
};

pub(super) async fn link(served: &Served, token: &str, href: &str, bind: &str) -> String {
    let ask = ask(served, &format!("POST {href}/links")).token(token);
    let told = ask.json(&json!({"bind": bind, "ttl_s": 60})).send().await;
    assert_eq!(told.status, 201, "{}", told.text());
    assert_eq!(told.json()["max_downloads"], 1);
    told.header("location").to_owned()
}

pub(super) async fn get(served: &Served, link: &str, range: Option<&str>) -> Told {
    let ask = ask(served, &format!("GET {link}"));
    match range {
        Some(range) => ask.header("range", range).send().await,
        None => ask.send().await,
    }
}

/// The end of a fetch is told just after its last byte.
pub(super) async fn until(root: &mut Wire, question: &str) {
    for _ in 0..200 {
        if root.value(question).await == "t" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("never: {question}");
}

pub(super) const ALL_ENDED: &str =
    "select count(*) filter (where ended_at is null) = 0 from shikiri.export_fetch";

#[tokio::test]
async fn a_link_is_spent_by_one_whole_transfer_in_whatever_parts() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let token = log_in(&served, &A, "clerk").await;
    let href = released(&served, &token, "k").await;
    let path = link(&served, &token, &href, "none").await;
    let first = get(&served, &path, Some("bytes=0-999")).await;
    assert_eq!((first.status, first.body.len()), (206, 1_000));
    assert_eq!(first.header("shikiri-certificate"), format!("{href}/certificate"));
    until(&mut root, ALL_ENDED).await;
    let size = first.header("content-range").rsplit('/').next().expect("a size");
    let size: usize = size.parse().expect("a number");
    let wrong = get(&served, &path, Some(&format!("bytes={size}-"))).await;
    assert_problem(&wrong, 416, "range-not-satisfiable");
    assert_eq!(wrong.header("content-range"), format!("bytes */{size}"));
    let two = get(&served, &path, Some("bytes=0-1,5-6")).await;
    assert_problem(&two, 416, "range-not-satisfiable");
    // The same part is not sent again, and what was not sent is written down nowhere.
    let again = get(&served, &path, Some("bytes=0-999")).await;
    assert_problem(&again, 409, "range-delivered");
    assert_eq!(again.json()["remaining"], json!([format!("1000-{}", size - 1)]));
    let rest = get(&served, &path, Some("bytes=1000-")).await;
    assert_eq!((rest.status, rest.body.len()), (206, size - 1_000));
    until(&mut root, "select bool_and(spent_at is not null) from shikiri.export_link").await;
    let whole = [&first.body[..], &rest.body[..]].concat();
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&whole)));
    assert_eq!(rest.header("repr-digest"), digest);
    for range in [None, Some("bytes=0-0")] {
        assert_problem(&get(&served, &path, range).await, 410, "link-spent");
    }
    let body = ask(&served, &format!("GET {href}")).token(&token).send().await.json();
    assert_eq!(body["state"], "delivered");
    // Every range is in the ledger, and in the chain before it.
    let ranges = "select string_agg(first_byte || '-' || last_byte, ' ' order by began_at) \
         from shikiri.export_fetch";
    assert_eq!(root.value(ranges).await, format!("0-999 1000-{}", size - 1));
    let chained = "select count(*) from shikiri.audit_event e join shikiri.export_fetch f \
         on e.detail ->> 'fetch' = f.fetch_id::text and e.at <= f.began_at \
         where e.action = 'export.fetched'";
    assert_eq!(root.value(chained).await, "2");
}

#[tokio::test]
async fn a_link_that_is_bound_opens_for_its_session_and_for_nobody_else() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let colleague = log_in(&served, &A, "admin").await;
    let stranger = log_in(&served, &B, "clerk").await;
    let href = released(&served, &token, "k").await;
    let path = link(&served, &token, &href, "session").await;
    assert_problem(&get(&served, &path, None).await, 404, "not-found");
    for other in [&colleague, &stranger] {
        let told = ask(&served, &format!("GET {path}")).token(other).send().await;
        assert_problem(&told, 404, "not-found");
    }
    let told = ask(&served, &format!("GET {path}")).token("nonsense").send().await;
    assert_eq!(told.status, 401);
    let told = ask(&served, &format!("GET {path}")).token(&token).send().await;
    assert_eq!(told.status, 200);
    // The session's end is the link's end.
    let path = link(&served, &token, &href, "session").await;
    log_in(&served, &A, "clerk").await;
    let told = ask(&served, &format!("GET {path}")).token(&token).send().await;
    assert_problem(&told, 404, "not-found");
    // A stranger cannot make one, and a made-up one is nothing.
    let told = ask(&served, &format!("POST {href}/links")).token(&stranger);
    assert_problem(&told.json(&json!({"bind": "none"})).send().await, 404, "not-found");
    for path in ["/d/x", &format!("/d/{}", "a".repeat(64))] {
        assert_problem(&get(&served, path, None).await, 404, "not-found");
    }
}

#[tokio::test]
async fn a_link_ends_with_its_time_with_the_file_and_while_it_is_in_use() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let token = log_in(&served, &A, "clerk").await;
    let href = released(&served, &token, "k").await;
    let (old, cut, good) = (
        link(&served, &token, &href, "none").await,
        link(&served, &token, &href, "none").await,
        link(&served, &token, &href, "none").await,
    );
    root.must(
        "update shikiri.export_link set expires_at = clock_timestamp() \
         where created_at = (select min(created_at) from shikiri.export_link)",
    )
    .await;
    assert_problem(&get(&served, &old, None).await, 410, "link-expired");
    // A transfer that the service did not live to see the end of.
    assert_eq!(get(&served, &cut, Some("bytes=0-9")).await.status, 206);
    until(&mut root, ALL_ENDED).await;
    root.must(
        "update shikiri.export_fetch set ended_at = null, complete = null, sent_bytes = null",
    )
    .await;
    assert_problem(&get(&served, &cut, None).await, 409, "link-busy");
    let recall = ask(&served, &format!("POST {href}/recall")).token(&token);
    let told = recall.json(&json!({"reason": "wrong filter"})).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    for path in [&good, &cut] {
        assert_problem(&get(&served, path, None).await, 410, "recalled");
    }
    let file = ask(&served, &format!("GET {href}/file")).token(&token).send().await;
    assert_problem(&file, 410, "recalled");
    let file = &told.json()["files"][0];
    assert_eq!((&file["state"], &file["pages_fetched"]), (&json!("shredded"), &json!("some")));
    assert_eq!(file["fetched"], json!(["0-9"]));
    assert_eq!(file["fetched_by"][0]["complete"], Value::Null);
}

#[tokio::test]
async fn a_fetch_that_cannot_be_written_down_sends_nothing() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let token = log_in(&served, &A, "clerk").await;
    let href = released(&served, &token, "k").await;
    let path = link(&served, &token, &href, "none").await;
    let full = "alter table shikiri.audit_event add constraint full_disk check (false) not valid";
    root.must(full).await;
    for told in [
        get(&served, &path, None).await,
        ask(&served, &format!("GET {href}/file")).token(&token).send().await,
    ] {
        assert_problem(&told, 500, "internal");
    }
    assert_eq!(root.value("select count(*) from shikiri.export_fetch").await, "0");
    root.must("alter table shikiri.audit_event drop constraint full_disk").await;
    assert_eq!(get(&served, &path, None).await.status, 200);
}
