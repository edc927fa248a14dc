//! `POST /v1/exports`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, SLIPS_A, SLIPS_B, World, register, sample_slip};

use super::{abandoned, all, ended, order};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn nothing_is_ordered_without_a_filter_and_an_expectation() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let expect = json!({"rows": 45});
    for (body, status, code) in [
        (json!({"report": "slip_list", "expect": expect}), 422, "filter-required"),
        (json!({"report": "slip_list", "filter": {}, "expect": expect}), 422, "filter-required"),
        (json!({"report": "slip_list", "filter": {"all": true}}), 422, "expectation-missing"),
        (
            json!({"report": "x", "filter": {"all": true}, "expect": expect}),
            422,
            "validation-failed",
        ),
        (
            json!({"report": "slip_list", "filter": {"tenant_id": 2}, "expect": expect}),
            400,
            "tenant-not-selectable",
        ),
        (
            json!({"report": "slip_list", "filter": {"customer": "C1"}, "expect": expect}),
            400,
            "unknown-field",
        ),
        (all(44), 409, "row-count-mismatch"),
    ] {
        assert_problem(&order(&served, &token, "k", &body).await, status, code);
    }
    let told = order(&served, &token, "k", &all(44)).await;
    assert_eq!(told.json()["counted_rows"], SLIPS_A);
    let body = ask(&served, "GET /v1/exports").token(&token).send().await.json();
    assert_eq!(body["data"], json!([]));
    assert_eq!(order(&served, &token, "k", &all(SLIPS_A)).await.status, 202, "no key was used up");
}

#[tokio::test]
async fn slips_are_ordered_with_options_and_only_by_a_biller_with_an_issuer() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let wish = |rows: u32, options: Value| json!({"report": "payment_slip", "options": options, "filter": {"all": true}, "expect": {"rows": rows}});
    let told = order(&served, &b, "k", &wish(SLIPS_B, json!({}))).await;
    assert_problem(&told, 409, "issuer-missing");
    let told = order(&served, &a, "k", &wish(SLIPS_A, json!({"duplex": true}))).await;
    assert_problem(&told, 400, "unknown-field");
    let told =
        order(&served, &a, "k", &wish(SLIPS_A, json!({"mode": "overprint", "offset_x": 60}))).await;
    assert_problem(&told, 422, "validation-failed");
    assert!(told.text().contains("/options/offset_x"), "{}", told.text());
    let options = json!({"mode": "overprint", "offset_x": -3, "proof": true});
    let told = order(&served, &a, "k", &wish(SLIPS_A, options)).await;
    assert_eq!(told.status, 202, "{}", told.text());
    let stored = json!({
        "mode": "overprint", "offset_x": "-3", "offset_y": "0", "profile": "300dpi", "proof": "true",
    });
    assert_eq!(told.json()["options"], stored);
    let body = ended(&served, &a, told.header("location")).await;
    assert_eq!((&body["state"], &body["options"]), (&json!("ready"), &stored), "{body}");
}

#[tokio::test]
async fn a_csv_file_says_what_it_is() {
    let world = World::new().await;
    let served = world.serve().await;
    let a = log_in(&served, &A, "clerk").await;
    let wish = json!({
        "report": "slip_csv", "options": {"encoding": "cp932"}, "filter": {"all": true}, "expect": {"rows": SLIPS_A},
    });
    let href = order(&served, &a, "k", &wish).await.header("location").to_owned();
    assert_eq!(ended(&served, &a, &href).await["state"], "ready");
    let told = ask(&served, &format!("GET {href}/file")).token(&a).send().await;
    assert_eq!(told.header("content-type"), "text/csv; charset=windows-31j");
    let name = told.header("content-disposition");
    assert!(name.contains("shikiri-slip-csv-") && name.contains(".csv\""), "{name}");
}

#[tokio::test]
async fn a_biller_has_twelve_exports_under_way_at_most() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    for _ in 0..12 {
        abandoned(&world, &session).await;
    }
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(SLIPS_A)).await;
    assert_problem(&told, 429, "export-quota");
}

#[tokio::test]
async fn too_many_rows_are_refused_with_a_way_to_cut_them() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let more: Vec<_> = (SLIPS_A..40_001)
        .map(|n| {
            let mut slip = sample_slip(&A, n % 200);
            let number = format!("{:016}", 2 * n);
            slip.id.bill_number = shikiri::domain::BillNumber::new(&number).expect("16 digits");
            slip
        })
        .collect();
    register(world.pool(), &session, &more).await.expect("fits");
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(40_001)).await;
    assert_problem(&told, 422, "export-too-large");
    let body = told.json();
    assert_eq!((&body["counted_rows"], &body["rows_max"]), (&json!(40_001), &json!(40_000)));
    let parts = body["split"].as_array().expect("parts");
    let rows: u64 = parts.iter().map(|it| it["rows"].as_u64().expect("a number")).sum();
    assert_eq!((rows, parts.len()), (40_001, 2));
    // A part can be ordered as it was proposed.
    let last = &parts[1];
    let wish = json!({
        "report": "slip_list", "expect": {"rows": last["rows"]},
        "filter": {
            "bill_number_from": last["bill_number_from"], "bill_number_to": last["bill_number_to"],
        },
    });
    assert_eq!(order(&served, &token, "k", &wish).await.status, 202);
}
