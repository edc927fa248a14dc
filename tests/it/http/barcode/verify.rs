//! `POST /v1/barcode/verify`.

use serde_json::json;
use shikiri::{
    domain::barcode::{Parts, Payload},
    domain::{IssuerCode, TenantCode},
    testkit::{A, B, World, sample_slip},
};

use crate::http::client::{ask, assert_problem, log_in};

/// The bars of the world's first slip of A, as A issues it.
fn own() -> Parts {
    let slip = sample_slip(&A, 1);
    Parts {
        issuer_code: IssuerCode::new("912345").expect("a code"),
        tenant_code: TenantCode::new(A.code).expect("a code"),
        bill_number: slip.id.bill_number,
        reissue_number: slip.id.reissue_number,
        due_date: slip.due_date,
        revenue_stamp: false,
        amount_yen: slip.amount_yen,
    }
}

#[tokio::test]
async fn right_digits_are_told_apart_from_those_of_ones_own_slips() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let verify = |token: &str, digits: &str| {
        ask(&served, "POST /v1/barcode/verify")
            .token(token)
            .json(&json!({"barcode": digits}))
            .send()
    };
    let payload = Payload::encode(&own());
    let [upper, lower] = payload.human_readable();
    for digits in [payload.as_str().to_owned(), format!("{upper}\n{lower}")] {
        let told = verify(&a, &digits).await;
        assert_eq!(told.status, 200);
        let told = told.json();
        assert_eq!((&told["registered"], &told["amount_yen"]), (&json!("same"), &json!(1_997)));
        assert_eq!(told["human_readable"], json!([upper, lower]));
        assert_eq!(told["biller_code"], A.code);
    }
    let other = Parts { revenue_stamp: true, ..own() };
    let told = verify(&a, Payload::encode(&other).as_str()).await.json();
    assert_eq!(told["registered"], "differs");
    // B may read the digits, and learns nothing of whether A has such a slip.
    assert_eq!(verify(&b, payload.as_str()).await.json()["registered"], "unknown");
    let foreign = Parts { tenant_code: TenantCode::new(B.code).expect("a code"), ..own() };
    let told = verify(&a, Payload::encode(&foreign).as_str()).await.json();
    assert_eq!(told["registered"], "unknown");
}

#[tokio::test]
async fn wrong_digits_are_refused_with_the_rule_in_both_languages() {
    let world = World::new().await;
    let served = world.serve().await;
    let a = log_in(&served, &A, "clerk").await;
    let wrong = "91912345678900123456789012345015123100108003";
    for (language, words) in [("en", "check digit"), ("ja", "チェックデジット")] {
        let told = ask(&served, "POST /v1/barcode/verify")
            .token(&a)
            .header("accept-language", language)
            .json(&json!({"barcode": wrong}))
            .send()
            .await;
        assert_problem(&told, 422, "validation-failed");
        assert!(told.text().contains(words), "{}", told.text());
        assert!(!told.text().contains(wrong));
    }
    for body in [json!({}), json!({"barcode": 1}), json!({"barcode": null})] {
        let told = ask(&served, "POST /v1/barcode/verify").token(&a).json(&body).send().await;
        assert_problem(&told, 422, "validation-failed");
    }
}
