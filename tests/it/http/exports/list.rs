//! `GET /v1/exports`.

use shikiri::testkit::{A, World};

use super::abandoned;
use crate::http::client::{ask, log_in};

#[tokio::test]
async fn exports_are_listed_the_latest_first_and_each_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let mut wanted = Vec::new();
    for _ in 0..12 {
        wanted.insert(0, abandoned(&world, &session).await.to_string());
    }
    let token = log_in(&served, &A, "clerk").await;
    let (mut seen, mut line) = (Vec::new(), "GET /v1/exports?limit=5".to_owned());
    loop {
        let body = ask(&served, &line).token(&token).send().await.json();
        let data = body["data"].as_array().expect("a list");
        seen.extend(data.iter().map(|it| it["id"].as_str().expect("an id").to_owned()));
        let Some(next) = body["page"]["next"].as_str() else { break };
        line = format!("GET /v1/exports?limit=5&cursor={next}");
    }
    assert_eq!(seen, wanted);
}
