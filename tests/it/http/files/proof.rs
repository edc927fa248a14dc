//! Certificates, keys, reprints, retention and discarding over HTTP.

use serde_json::json;
use shikiri::{
    auth::PublishedKeys,
    export::certificate::{Compared, digest_of, verify},
    testkit::{A, SLIPS_A, World},
};

use super::released;
use crate::{
    attacks::Wire,
    http::client::{ask, assert_problem, log_in},
};

#[tokio::test]
async fn a_certificate_is_verified_with_what_is_published_and_outlives_its_file() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let href = released(&served, &token, "k").await;
    let keys = ask(&served, "GET /.well-known/jwks.json").send().await;
    let keys = PublishedKeys::parse(&keys.text()).expect("a JWK set");
    let get = |path: String| ask(&served, &format!("GET {path}")).token(&token).send();
    let certificate = get(format!("{href}/certificate")).await;
    assert_eq!((certificate.status, certificate.header("content-type")), (200, "application/jose"));
    let file = get(format!("{href}/file")).await;
    let artefact = Some(digest_of(&file.body[..]).expect("reads"));
    let holds =
        |text: &str| verify(text, &keys, &Compared { artefact, ..Compared::default() }).holds();
    assert!(holds(&certificate.text()));
    let reprint = ask(&served, &format!("POST {href}/reprint")).token(&token).key("r");
    let reprint = reprint.json(&json!({"pages": "2"})).send().await;
    assert_eq!(reprint.status, 201, "{}", reprint.text());
    assert_eq!(reprint.json()["state"], "ready");
    let of_reprint = get(format!("{}/certificate", reprint.header("location"))).await.text();
    assert!(!holds(&of_reprint), "it is of another file");
    let file = get(format!("{}/file", reprint.header("location"))).await;
    let artefact = Some(digest_of(&file.body[..]).expect("reads"));
    assert!(verify(&of_reprint, &keys, &Compared { artefact, ..Compared::default() }).holds());
    let discard = ask(&served, &format!("DELETE {href}")).token(&token).send().await;
    assert_eq!(discard.status, 204, "{}", discard.text());
    assert_problem(&get(format!("{href}/file")).await, 410, "recalled");
    assert_eq!(get(format!("{href}/certificate")).await.text(), certificate.text());
    let again = ask(&served, &format!("DELETE {href}")).token(&token).send().await;
    assert_eq!(again.status, 204);
}

#[tokio::test]
async fn a_file_is_kept_as_long_as_was_ordered() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let token = log_in(&served, &A, "clerk").await;
    let order = |retain: &str, key: &str| {
        let wish = json!({
            "report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A},
            "retain": retain,
        });
        ask(&served, "POST /v1/exports").token(&token).key(key).json(&wish).send()
    };
    for bad in ["P0D", "P91D", "7", "P1M", "P1.5D", "-P1D", ""] {
        assert_problem(&order(bad, "bad").await, 422, "validation-failed");
    }
    let told = order("P1D", "k").await;
    assert_eq!(told.status, 202, "{}", told.text());
    assert_eq!(root.value("select retain_days from shikiri.export_state").await, "1");
}
