//! `/livez`, `/readyz`, `/metrics`, `/v1/openapi.json`.

use serde_json::Value;
use shikiri::testkit::{A, World};

use crate::{
    http::client::{ask, ask_at, assert_problem, log_in},
    support,
};

fn failed(checks: &Value) -> Vec<&str> {
    let checks = checks.as_array().expect("checks").iter();
    checks.filter(|it| it["ok"] == false).map(|it| it["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn readiness_falls_when_the_wall_is_not_the_deployed_one_and_comes_back_with_it() {
    let world = World::new().await;
    let served = world.serve().await;
    let owner = support::connect(&world.superuser_url()).await;
    let look = || ask_at(served.address_admin, "GET /readyz");
    let told = look().send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert!(failed(&told.json()["checks"]).is_empty());
    let break_it = "alter table shikiri.slip no force row level security";
    let mend_it = "alter table shikiri.slip force row level security";
    for (sql, status) in [(break_it, 503), (mend_it, 200)] {
        owner.batch_execute(sql).await.expect("a superuser may");
        // An answer is believed for a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let told = look().send().await;
        assert_eq!(told.status, status, "{}", told.text());
        if status == 503 {
            assert_problem(&told, 503, "not-ready");
            assert_eq!(failed(&told.json()["checks"]), ["wall"]);
        }
    }
    assert_eq!(ask(&served, "GET /livez").send().await.status, 200);
}

#[tokio::test]
async fn numbers_are_on_the_admin_listener_and_name_nobody() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let line = "GET /v1/slips/0000000000000002-0";
    assert_eq!(ask(&served, line).token(&token).send().await.status, 200);
    ask(&served, "GET /v1/nowhere/0123456789012345").send().await;
    let told = ask_at(served.address_admin, "GET /metrics").send().await;
    assert_eq!(told.status, 200);
    assert!(told.header("content-type").starts_with("application/openmetrics-text"));
    let text = told.text();
    for line in [
        r#"shikiri_requests_total{method="GET",route="/v1/slips/{id}",class="2xx"} 1"#,
        r#"shikiri_logins_total{outcome="opened"} 1"#,
        r#"shikiri_problems_total{kind="not-found"} 1"#,
        "shikiri_trips_total 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for word in ["10001", "clerk", "0000000000000002", "0123456789012345", "nowhere"] {
        assert!(!text.contains(word), "{word}");
    }
    assert_eq!(ask(&served, "GET /metrics").send().await.status, 404, "not on the public one");
    let told = ask_at(served.address_admin, "GET /v1/slips").send().await;
    assert_eq!(told.status, 404, "and the API is not on the admin's");
}

#[tokio::test]
async fn the_description_is_served_to_anybody() {
    let world = World::new().await;
    let served = world.serve().await;
    let told = ask(&served, "GET /v1/openapi.json").send().await;
    assert_eq!((told.status, &told.json()["openapi"]), (200, &Value::from("3.1.0")));
}
