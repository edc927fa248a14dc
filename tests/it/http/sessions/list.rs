//! `GET /v1/sessions`.

use shikiri::testkit::{A, B, World};

use crate::http::client::{ask, log_in};

#[tokio::test]
async fn a_clerk_sees_their_own_sessions_and_an_admin_those_of_the_biller() {
    let world = World::new().await;
    let served = world.serve().await;
    let clerk = log_in(&served, &A, "clerk").await;
    let admin = log_in(&served, &A, "admin").await;
    log_in(&served, &B, "clerk").await;
    let logins = |told: crate::http::client::Told| -> Vec<(String, bool)> {
        let body = told.json();
        let items = body["data"].as_array().expect("a list").iter();
        let read = |it: &serde_json::Value| {
            let login = it["login"].as_str().expect("a login").to_owned();
            (login, it["current"].as_bool().expect("a flag"))
        };
        let mut res: Vec<_> = items.map(read).collect();
        res.sort();
        res
    };
    let own = logins(ask(&served, "GET /v1/sessions").token(&clerk).send().await);
    assert_eq!(own, [("clerk".to_owned(), true)]);
    let all = logins(ask(&served, "GET /v1/sessions").token(&admin).send().await);
    assert_eq!(all, [("admin".to_owned(), true), ("clerk".to_owned(), false)]);
}
