//! `POST /v1/sessions/current/refresh`.

use shikiri::testkit::{A, World};

use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn a_refresh_gives_a_token_of_the_same_session_while_it_lives() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let refresh = || ask(&served, "POST /v1/sessions/current/refresh");
    let told = refresh().token(&token).send().await;
    assert_eq!(told.status, 200);
    let fresh = told.json()["token"].as_str().expect("a token").to_owned();
    let id = |told: crate::http::client::Told| told.json()["session"]["id"].clone();
    let before = id(ask(&served, "GET /v1/me").token(&token).send().await);
    assert_eq!(id(ask(&served, "GET /v1/me").token(&fresh).send().await), before);
    log_in(&served, &A, "clerk").await;
    let told = refresh().token(&fresh).send().await;
    assert_problem(&told, 401, "session-superseded");
}
