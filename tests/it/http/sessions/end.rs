//! `DELETE /v1/sessions/{id}` and `DELETE /v1/sessions/current`.

use shikiri::testkit::{A, B, World};

use crate::http::client::{ask, assert_problem, log_in};

async fn own_id(served: &shikiri::testkit::Served, token: &str) -> String {
    let me = ask(served, "GET /v1/me").token(token).send().await;
    me.json()["session"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn logging_out_ends_the_session_and_not_the_signature() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    assert_eq!(ask(&served, "GET /v1/me").token(&token).send().await.status, 200);
    let told = ask(&served, "DELETE /v1/sessions/current").token(&token).send().await;
    assert_eq!((told.status, told.body.len()), (204, 0));
    // The token is remembered as well signed; the database is asked all the same.
    let told = ask(&served, "GET /v1/me").token(&token).send().await;
    assert_problem(&told, 401, "unauthenticated");
}

#[tokio::test]
async fn a_session_of_another_biller_or_user_is_one_that_is_not_there() {
    let world = World::new().await;
    let served = world.serve().await;
    let clerk = log_in(&served, &A, "clerk").await;
    let admin = log_in(&served, &A, "admin").await;
    let other = log_in(&served, &B, "admin").await;
    let mut bodies = Vec::new();
    for (token, of) in [(&other, &clerk), (&clerk, &admin), (&clerk, &other)] {
        let line = format!("DELETE /v1/sessions/{}", own_id(&served, of).await);
        let told = ask(&served, &line).token(token).send().await;
        assert_problem(&told, 404, "not-found");
        bodies.push(told.body);
        assert_eq!(ask(&served, "GET /v1/me").token(of).send().await.status, 200);
    }
    for line in ["DELETE /v1/sessions/nonsense", "DELETE /v1/nothing"] {
        let told = ask(&served, line).token(&clerk).send().await;
        assert_problem(&told, 404, "not-found");
        bodies.push(told.body);
    }
    assert!(bodies.iter().all(|it| *it == bodies[0]), "not yours and not there are one answer");
    // The admin of the same biller may.
    let line = format!("DELETE /v1/sessions/{}", own_id(&served, &clerk).await);
    assert_eq!(ask(&served, &line).token(&admin).send().await.status, 204);
    let told = ask(&served, "GET /v1/me").token(&clerk).send().await;
    assert_problem(&told, 401, "unauthenticated");
}
