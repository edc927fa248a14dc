//! `GET /v1/users`.

use shikiri::testkit::{A, B, World};

use crate::http::client::{ask, log_in};

#[tokio::test]
async fn a_biller_sees_its_own_users_only() {
    let world = World::new().await;
    let served = world.serve().await;
    for biller in [&A, &B] {
        let token = log_in(&served, biller, "clerk").await;
        let users = ask(&served, "GET /v1/users").token(&token).send().await.json();
        let names: Vec<&str> = users["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it["display_name"].as_str().expect("a name"))
            .collect();
        assert_eq!(names, [format!("admin {}", biller.name), format!("clerk {}", biller.name)]);
    }
}
