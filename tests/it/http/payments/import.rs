//! `POST /v1/payment-imports`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, Served, World, sample_slip};

use super::{Paid, fixed, pay, send};
use crate::{
    http::client::{ask, assert_problem, log_in},
    support,
};

async fn slip(served: &Served, token: &str, id: &str) -> Value {
    ask(served, &format!("GET /v1/slips/{id}")).token(token).send().await.json()
}

async fn count(world: &World, query: &str) -> String {
    let root = support::connect(&world.superuser_url()).await;
    support::text(&root, &format!("select count(*)::text from shikiri.{query}")).await
}

/// A payment of the n-th slip of A, of its own amount.
fn paid(n: u32) -> Paid {
    let slip = sample_slip(&A, n);
    let amount = u32::try_from(slip.amount_yen.get()).expect("positive");
    Paid::of(A.code, slip.id.bill_number.as_str(), 0, amount)
}

#[tokio::test]
async fn a_file_is_taken_once_however_often_it_comes() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let id = "0000000000000002-0";
    assert_eq!(slip(&served, &token, id).await["payment"], "none");
    let file = format!("{}{}", paid(1).line(), paid(3).line());
    let told = send(&served, &token, "k", "dsk_13", &file).await;
    assert_eq!(
        (told.status, &told.json()["events"], &told.json()["new"]),
        (201, &json!(2), &json!(2)),
        "{}",
        told.text()
    );
    let after = slip(&served, &token, id).await;
    assert_eq!(
        (&after["state"], &after["payment"]),
        (&json!("preliminary_paid"), &json!("preliminary"))
    );
    let again = send(&served, &token, "k", "dsk_13", &file).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json(), told.json());
    // Another key, another file around the same events, their zeros lost by a spreadsheet.
    let lost =
        file.replace("01,2026", "1,2026").replace(",0944,", ",944,").replace(",020,", ",20,");
    assert_ne!(lost, file);
    let told = send(&served, &token, "k2", "dsk_13", &format!("{lost}{}", paid(5).line())).await;
    assert_eq!(
        (&told.json()["events"], &told.json()["new"]),
        (&json!(3), &json!(1)),
        "{}",
        told.text()
    );
    assert_eq!(count(&world, "payment_event").await, "3");
    assert_eq!(slip(&served, &token, id).await, after);
    let noted = "audit_event where action = 'payment.imported'";
    assert_eq!(count(&world, noted).await, "2");
}

#[tokio::test]
async fn the_fixed_layouts_are_read_by_their_own_names_only() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let mufg = fixed(A.code, &[paid(1).kind("02")], false);
    let mizuho = fixed(A.code, &[paid(3).kind("02")], true);
    for (layout, file) in [("mufg_120", &mizuho), ("mizuho_120", &mufg), ("dsk_13", &mufg)] {
        let told = send(&served, &token, "wrong", layout, file).await;
        assert_problem(&told, 422, "settlement-has-errors");
        assert!(!told.json()["faults"].as_array().expect("a list").is_empty());
    }
    assert_eq!(count(&world, "payment_event").await, "0");
    assert_eq!(send(&served, &token, "k1", "mufg_120", &mufg).await.status, 201);
    assert_eq!(send(&served, &token, "k2", "mizuho_120", &mizuho).await.status, 201);
    for id in ["0000000000000002-0", "0000000000000006-0"] {
        assert_eq!(slip(&served, &token, id).await["state"], "confirmed");
    }
    for query in ["layout=zengin", "layout="] {
        let told =
            ask(&served, &format!("POST /v1/payment-imports?{query}")).token(&token).key("k3");
        let told = told.header("content-type", "text/csv").bytes(mufg.clone()).send().await;
        assert_problem(&told, 400, "bad-parameter");
    }
}

/// The accident: files come late, twice and in any order, and a state that is overwritten ends as the last file says.
#[tokio::test]
async fn the_order_of_events_changes_nothing() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    // 01, 03, 01 at three times: one payment that stands (domain.md 4.1).
    let kinds = [("01", "0900"), ("03", "0901"), ("01", "0930")];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (n, order) in (0..).zip(orders) {
        // Slips whose day is far ahead.
        let of = |it: usize| paid(2 * n + 1).kind(kinds[it].0).at(kinds[it].1);
        for (step, it) in order.into_iter().enumerate() {
            pay(&served, &token, &format!("{n}-{step}"), &[of(it)]).await;
            // And once more, in another file.
            pay(&served, &token, &format!("{n}-{step}-again"), &[of(it), of(order[0])]).await;
        }
        let id = sample_slip(&A, 2 * n + 1).id.to_string();
        assert_eq!(slip(&served, &token, &id).await["state"], "preliminary_paid", "{order:?}");
        pay(&served, &token, &format!("{n}-end"), &[of(2).kind("03")]).await;
        assert_eq!(slip(&served, &token, &id).await["payment"], "none", "{order:?}");
        pay(&served, &token, &format!("{n}-paid"), &[of(0).kind("02")]).await;
        assert_eq!(slip(&served, &token, &id).await["state"], "confirmed", "{order:?}");
    }
    let events =
        ask(&served, "GET /v1/slips/0000000000000002-0/events").token(&token).send().await.json();
    let payment = &events["data"][1];
    assert_eq!(payment["payment"]["paid_on"], "2026-11-25");
    assert_eq!(
        (&payment["kind"], &payment["payment"]["paid_at"]),
        (&json!("preliminary"), &json!("09:00"))
    );
}

/// The accident: a collector sends one biller's settlement file to another. The file is itself a leak.
#[tokio::test]
async fn one_line_of_another_biller_refuses_the_file_and_raises_an_alarm() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let foreign = Paid::of(B.code, "0000000000000001", 0, 1_000);
    let file = format!("{}{}{}", paid(1).line(), foreign.line(), paid(3).line());
    let noted = "audit_event where action = 'payment.foreign_file_refused'";
    assert_eq!(count(&world, noted).await, "0");
    let told = send(&served, &a, "k", "dsk_13", &file).await;
    assert_problem(&told, 422, "payments-of-another-biller");
    assert_eq!((&told.json()["line"], &told.json()["lines"]), (&json!(2), &json!(1)));
    let text = told.text();
    assert!(!text.contains(B.code) && !text.contains("0000000000000001"), "{text}");
    assert_eq!(
        (count(&world, "payment_event").await.as_str(), count(&world, noted).await.as_str()),
        ("0", "1")
    );
    assert_eq!(count(&world, "payment_import").await, "0");
    let root = support::connect(&world.superuser_url()).await;
    let detail = "select t.tenant_code || ' ' || e.detail::text from shikiri.audit_event e \
         join shikiri_ops.tenant t using (tenant_id) where e.action = 'payment.foreign_file_refused'";
    let detail = support::text(&root, detail).await;
    assert!(detail.starts_with(A.code) && !detail.contains(B.code), "{detail}");
    // A header of another biller is enough, and so is one broken line of it among others.
    let told = send(&served, &a, "k2", "mufg_120", &fixed(B.code, &[paid(1)], false)).await;
    assert_problem(&told, 422, "payments-of-another-biller");
    let broken = foreign.line().replace("01,2026", "99,2026");
    let told = send(&served, &a, "k3", "dsk_13", &format!("nonsense\r\n{broken}")).await;
    assert_problem(&told, 422, "payments-of-another-biller");
    assert_eq!(count(&world, noted).await, "3");
    // The biller itself may bring it.
    assert_eq!(send(&served, &b, "k", "dsk_13", &foreign.line()).await.status, 201);
    let numbers =
        crate::http::client::ask_at(served.address_admin, "GET /metrics").send().await.text();
    assert!(numbers.contains("payments-of-another-biller"), "{numbers}");
}
