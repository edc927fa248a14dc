//! `POST /v1/previews`, and orders with its token.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use shikiri::testkit::{A, B, SLIPS_A, Served, World, register, sample_slip, wide};
use time::{Duration, OffsetDateTime};

use crate::http::{
    client::{Told, ask, assert_problem, credentials, log_in},
    exports::{all, ended, order},
};

async fn preview(served: &Served, token: &str, filter: &Value) -> Told {
    let body = json!({"report": "slip_list", "filter": filter});
    ask(served, "POST /v1/previews").token(token).json(&body).send().await
}

fn with(token: &Value, rows: u32) -> Value {
    json!({"preview_token": token, "expect": {"rows": rows}})
}

#[tokio::test]
async fn what_is_shown_is_what_is_ordered() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let told = preview(&served, &token, &json!({"all": true})).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let shown = told.json();
    assert_eq!((&shown["rows"], &shown["pages"]), (&json!(SLIPS_A), &json!(3)));
    let slips = ask(&served, "GET /v1/slips?limit=200").token(&token).send().await.json();
    let slips = slips["data"].as_array().expect("slips");
    // What a slip went through since is not on paper.
    let printed = |it: &Value| {
        let mut it = it.clone();
        let fields = it.as_object_mut().expect("a slip");
        assert!(fields.remove("state").is_some() && fields.remove("payment").is_some());
        it
    };
    let first: Vec<Value> = slips[..20].iter().map(printed).collect();
    assert_eq!(shown["first_rows"], json!(first));
    let sum: i64 = slips.iter().map(|it| it["amount_yen"].as_i64().expect("yen")).sum();
    assert_eq!(shown["amount_yen"], sum);
    assert_eq!(shown["warnings"], json!([{"code": "every-slip"}]));
    // The token says report and filter.
    let told = order(&served, &token, "k", &with(&shown["token"], SLIPS_A)).await;
    assert_eq!(told.status, 202, "{}", told.text());
    assert_eq!(told.json()["filter"], json!({"all": true}));
    assert_eq!(ended(&served, &token, told.header("location")).await["state"], "ready");
    // No order was written by looking.
    let list = ask(&served, "GET /v1/exports").token(&token).send().await.json();
    assert_eq!(list["data"].as_array().expect("exports").len(), 1);
}

#[tokio::test]
async fn a_token_orders_what_it_showed_and_nothing_else() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let shown = preview(&served, &a, &json!({"customer_number": "C0001"})).await.json();
    let (good, rows) = (&shown["token"], u32::try_from(shown["rows"].as_u64().expect("rows")));
    let rows = rows.expect("few");
    assert!(0 < rows && rows < SLIPS_A);
    let mut other_filter = with(good, rows);
    other_filter["filter"] = json!({"all": true});
    let mut junk = with(good, rows);
    junk["preview_token"] = json!("x".repeat(60));
    let mut cut = good.as_str().expect("a text").to_owned();
    cut.pop();
    for (who, body, status, code) in [
        (&a, other_filter, 422, "preview-mismatch"),
        (&a, junk, 422, "preview-mismatch"),
        (&a, with(&json!(cut), rows), 422, "preview-mismatch"),
        // Another biller's token.
        (&b, with(good, rows), 422, "preview-mismatch"),
        (&a, with(good, rows + 1), 409, "row-count-mismatch"),
        (&a, json!({"preview_token": good}), 422, "expectation-missing"),
    ] {
        assert_problem(&order(&served, who, "k", &body).await, status, code);
    }
    assert_eq!(order(&served, &a, "k", &with(good, rows)).await.status, 202);
}

#[tokio::test]
async fn a_preview_is_stale_when_the_rows_are_others() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let token = log_in(&served, &A, "clerk").await;
    let shown = preview(&served, &token, &json!({"all": true})).await.json();
    register(world.pool(), &session, &[sample_slip(&A, SLIPS_A)]).await.expect("registered");
    let stale = order(&served, &token, "k", &with(&shown["token"], SLIPS_A + 1)).await;
    assert_problem(&stale, 409, "preview-stale");
    assert_eq!(stale.json()["counted_rows"], SLIPS_A + 1);
    // The same number of rows and the same sum, but another name on one of them.
    let shown = preview(&served, &token, &json!({"all": true})).await.json();
    let root = crate::support::connect(&world.superuser_url()).await;
    let other = "update shikiri.slip set customer_name = customer_name || '子' where bill_number = '0000000000000002'";
    root.batch_execute(other).await.expect("changes");
    let stale = order(&served, &token, "k", &with(&shown["token"], SLIPS_A + 1)).await;
    assert_problem(&stale, 409, "preview-stale");
    // Clients without a token order as before.
    assert_eq!(order(&served, &token, "k", &all(SLIPS_A + 1)).await.status, 202);
}

#[tokio::test]
async fn larger_than_usual_is_said_when_there_is_something_usual() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    for n in 0..5 {
        let body = json!({"report": "slip_list", "filter": {"customer_number": format!("C000{n}")},
            "expect": {"rows": 2}});
        let told = order(&served, &token, &format!("k{n}"), &body).await;
        assert_eq!(told.status, 202, "{}", told.text());
        assert_eq!(ended(&served, &token, told.header("location")).await["state"], "ready");
    }
    let warned = preview(&served, &token, &json!({"amount_from": 1})).await.json();
    assert_eq!(warned["usual"], json!({"exports": 5, "rows_p95": 2}));
    assert_eq!(warned["warnings"], json!([{"code": "larger-than-usual", "rows_p95": 2}]));
    let usual = preview(&served, &token, &json!({"customer_number": "C0003"})).await.json();
    assert_eq!((&usual["rows"], &usual["warnings"]), (&json!(2), &json!([])));
}

#[tokio::test]
async fn a_preview_never_shows_another_biller() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let of_b = preview(&served, &b, &json!({"all": true})).await.text();
    assert!(of_b.contains("CANARY"), "B has rows to be shown");
    let of_a = preview(&served, &a, &json!({"all": true})).await.text();
    assert!(!of_a.contains("CANARY"));
    for filter in [json!({}), json!(null)] {
        assert_problem(&preview(&served, &a, &filter).await, 422, "filter-required");
    }
    let again = ask(&served, "POST /v1/sessions").json(&credentials(&A, "clerk", "take_over"));
    assert_eq!(again.send().await.status, 201);
    let over = preview(&served, &a, &json!({"all": true})).await;
    assert_problem(&over, 401, "session-superseded");
}

#[tokio::test]
async fn a_token_is_over_after_ten_minutes_though_nothing_has_changed() {
    // The clock stands, and moves when the test says so: a slow machine changes nothing.
    static NOW_S: AtomicI64 = AtomicI64::new(0);
    fn clock() -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(NOW_S.load(Ordering::SeqCst))
    }
    NOW_S.store(OffsetDateTime::now_utc().unix_timestamp(), Ordering::SeqCst);
    let world = World::new().await;
    let served = world.serve_at(wide(), clock).await;
    let token = log_in(&served, &A, "clerk").await;
    let shown = preview(&served, &token, &json!({"all": true})).await.json();
    NOW_S.fetch_add(599, Ordering::SeqCst);
    let good = order(&served, &token, "k", &with(&shown["token"], SLIPS_A)).await;
    assert_eq!(good.status, 202, "{}", good.text());
    NOW_S.fetch_add(1, Ordering::SeqCst);
    let late = order(&served, &token, "late", &with(&shown["token"], SLIPS_A)).await;
    assert_problem(&late, 409, "preview-stale");
    let again = preview(&served, &token, &json!({"all": true})).await.json();
    let good = order(&served, &token, "again", &with(&again["token"], SLIPS_A)).await;
    assert_eq!(good.status, 202, "{}", good.text());
}
