//! What holds for every route of the table. A new route is tested by being in it.

use serde_json::json;
use shikiri::{
    http::{Auth, ROUTES},
    testkit::{A, World},
};

use crate::http::{
    client::{ask, assert_problem, log_in},
    routes::{Fit, body},
};

#[tokio::test]
async fn an_unknown_parameter_or_a_tenant_is_refused() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &token).await;
    for route in ROUTES {
        let line = fit.line(route);
        for (query, code) in [
            ("?nonsense=1", "unknown-parameter"),
            ("?tenant=10002", "tenant-not-selectable"),
            ("?tenant_id=2", "tenant-not-selectable"),
            ("?Tenant-Code=10002", "tenant-not-selectable"),
        ] {
            let told = ask(&served, &format!("{line}{query}")).token(&token).send().await;
            assert_problem(&told, 400, code);
        }
        for header in ["x-tenant-id", "x-tenant", "shikiri-tenant"] {
            let told = ask(&served, &line).token(&token).header(header, "10002").send().await;
            assert_problem(&told, 400, "tenant-not-selectable");
        }
    }
}

#[tokio::test]
async fn a_body_is_strict_json_without_a_tenant() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &token).await;
    for route in ROUTES {
        let Some(good) = body(route) else { continue };
        let post = || ask(&served, &fit.line(route)).token(&token).key("k");
        for name in ["tenant", "tenant_id", "TENANT_ID"] {
            let mut body = good.clone();
            body[name] = json!(2);
            assert_problem(&post().json(&body).send().await, 400, "tenant-not-selectable");
        }
        let mut body = good.clone();
        body["nonsense"] = json!(1);
        assert_problem(&post().json(&body).send().await, 400, "unknown-field");
        let text = || post().header("content-type", "application/json");
        let told = text().bytes("{\"secret-value\":").send().await;
        assert_problem(&told, 400, "bad-json");
        assert!(!told.text().contains("secret-value"));
        assert_eq!(told.json()["line"], 1);
        let told = post().header("content-type", "text/plain").bytes(good.to_string()).send().await;
        assert_problem(&told, 415, "unsupported-media-type");
        assert_problem(&post().bytes(good.to_string()).send().await, 415, "unsupported-media-type");
    }
}

#[tokio::test]
async fn a_token_that_is_not_ours_opens_nothing() {
    let (world, other) = (World::new().await, World::new().await);
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &admin).await;
    // Well signed, by the keys of another service.
    let foreign = log_in(&other.serve().await, &A, "clerk").await;
    let mut tampered = admin.clone();
    tampered.replace_range(tampered.len() - 3.., "AAA");
    for route in ROUTES.iter().filter(|it| it.auth == Auth::Session) {
        let line = fit.line(route);
        for header in [
            format!("Bearer {foreign}"),
            format!("Bearer {tampered}"),
            "Bearer ".to_owned(),
            format!("Basic {admin}"),
        ] {
            let told = ask(&served, &line).header("authorization", &header).send().await;
            assert_problem(&told, 401, "unauthenticated");
            assert!(told.header("www-authenticate").starts_with("Bearer realm="));
        }
        let twice = ask(&served, &line).token(&admin).token(&admin).send().await;
        assert_problem(&twice, 401, "unauthenticated");
    }
}

#[tokio::test]
async fn another_method_is_told_which_exist_and_another_path_is_nothing() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &token).await;
    for route in ROUTES {
        let line = fit.line(route);
        let path = line.split_once(' ').expect("a path").1;
        let told = ask(&served, &format!("PATCH {path}")).token(&token).send().await;
        assert_problem(&told, 405, "method-not-allowed");
        let allow = told.header("allow");
        assert!(allow.split(", ").any(|it| it == route.method), "{path}: {allow}");
        let told = ask(&served, &format!("{} {path}/", route.method)).token(&token).send().await;
        assert_problem(&told, 404, "not-found");
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &admin).await;
    let mut ids = std::collections::BTreeSet::new();
    for route in ROUTES {
        let wrong = ask(&served, "GET /v1/nothing").header("request-id", "mine").send().await;
        for told in [ask(&served, &fit.line(route)).send().await, wrong] {
            assert_eq!(told.header("cache-control"), "no-store");
            assert_eq!(told.header("x-content-type-options"), "nosniff");
            let id: uuid::Uuid = told.header("request-id").parse().expect("our own id");
            assert_eq!(id.get_version_num(), 7);
            assert!(ids.insert(id));
        }
    }
}
