//! `GET /v1/me`.

use serde_json::json;
use shikiri::testkit::{A, B, World};

use crate::http::client::{ask, log_in};

#[tokio::test]
async fn everybody_is_told_their_own_facts() {
    let world = World::new().await;
    let served = world.serve().await;
    for (biller, login, role) in [(&A, "admin", "tenant_admin"), (&B, "clerk", "clerk")] {
        let token = log_in(&served, biller, login).await;
        let told = ask(&served, "GET /v1/me").token(&token).send().await;
        let body = told.json();
        assert_eq!(body["biller"], json!({"code": biller.code, "name": biller.name}));
        assert_eq!((&body["user"]["login"], &body["user"]["role"]), (&json!(login), &json!(role)));
        assert_eq!(told.header("shikiri-tenant"), biller.code);
    }
}
