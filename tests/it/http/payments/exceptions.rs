//! `GET /v1/payments/exceptions`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shikiri::testkit::{A, B, Served, World, sample_slip};

use super::{Paid, pay};
use crate::{
    http::{
        client::{ask, assert_problem, log_in},
        slips::void::{change, see},
    },
    support,
};

async fn exceptions(served: &Served, token: &str, query: &str) -> Value {
    let told =
        ask(served, &format!("GET /v1/payments/exceptions?{query}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()
}

/// Slip -> what is strange about its payments.
fn strange(body: &Value) -> BTreeMap<String, Vec<Value>> {
    let data = body["data"].as_array().expect("a list");
    let mut res: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for it in data {
        res.entry(it["slip"].as_str().expect("an id").to_owned())
            .or_default()
            .push(it["kinds"].clone());
    }
    res
}

fn amount(n: u32) -> u32 {
    u32::try_from(sample_slip(&A, n).amount_yen.get()).expect("positive")
}

fn paid(n: u32) -> Paid {
    Paid::of(A.code, sample_slip(&A, n).id.bill_number.as_str(), 0, amount(n))
}

/// Every strange payment there is, of odd slips (due in 2090) and one even one (due in 2020); and some that are not.
async fn pay_strangely(served: &Served, token: &str) {
    let unknown = Paid::of(A.code, "9999999999999999", 0, 1);
    let wrong_amount =
        Paid::of(A.code, sample_slip(&A, 3).id.bill_number.as_str(), 0, amount(3) + 1);
    let mut bad_digit = paid(5);
    let last = bad_digit.barcode.pop().and_then(|it| it.to_digit(10)).expect("a digit");
    bad_digit.barcode.push_str(&((last + 1) % 10).to_string());
    let body = json!({"reason": "紛失"});
    let (_, tag) = see(served, token, &id(9)).await;
    let line = |n: u32, verb: &str| format!("POST /v1/slips/{}/{verb}", id(n));
    assert_eq!(change(served, token, &line(9, "reissue"), "r", &tag, &body).await.status, 201);
    let again = Paid::of(A.code, sample_slip(&A, 9).id.bill_number.as_str(), 1, amount(9));
    let (_, tag) = see(served, token, &id(11)).await;
    assert_eq!(change(served, token, &line(11, "void"), "v", &tag, &body).await.status, 200);
    let all = [
        unknown,
        wrong_amount,
        bad_digit,
        paid(9),
        again,
        paid(11),
        paid(2),
        paid(1),
        // Cancelled: it was wrong, and is no payment.
        paid(13).at("1000"),
        paid(13).at("1000").kind("03"),
        // Confirmed: one payment, told twice.
        paid(15),
        paid(15).kind("02"),
        // Twice at two stores' minutes.
        paid(17).at("1000").kind("02"),
        paid(17).at("1100").kind("02"),
    ];
    assert_eq!(pay(served, token, "k", &all).await["new"], all.len());
}

fn id(n: u32) -> String {
    sample_slip(&A, n).id.to_string()
}

#[tokio::test]
async fn everything_strange_is_told_and_nothing_else() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    pay_strangely(&served, &a).await;
    let body = exceptions(&served, &a, "limit=200").await;
    let bill =
        |n: u32, reissue: u32| format!("{}-{reissue}", sample_slip(&A, n).id.bill_number.as_str());
    let wanted: BTreeMap<String, Vec<Value>> = [
        ("9999999999999999-0".to_owned(), vec![json!(["unknown_slip"])]),
        (id(3), vec![json!(["amount_differs"])]),
        (id(5), vec![json!(["bad_check_digit"])]),
        (bill(9, 0), vec![json!(["paid_twice"])]),
        (bill(9, 1), vec![json!(["paid_twice"])]),
        (id(11), vec![json!(["after_void"])]),
        (id(2), vec![json!(["after_due"])]),
        (id(17), vec![json!(["paid_twice"]), json!(["paid_twice"])]),
    ]
    .into_iter()
    .collect();
    assert_eq!(strange(&body), wanted);
    // Another biller has none of it.
    assert!(strange(&exceptions(&served, &b, "").await).is_empty());
}

#[tokio::test]
async fn a_biller_pages_through_them_each_once_and_in_order() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    pay_strangely(&served, &a).await;
    let body = exceptions(&served, &a, "limit=200").await;
    // One at a time, each once, in the same order.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = exceptions(&served, &a, &format!("limit=1{cursor}")).await;
        seen.extend(page["data"].as_array().expect("a list").iter().cloned());
        let Some(next) = page["page"]["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(json!(seen), body["data"]);
    let twice =
        exceptions(&served, &a, "kind=paid_twice&paid_from=2026-11-25&paid_to=2026-11-25").await;
    assert_eq!(twice["data"].as_array().expect("a list").len(), 4);
    assert_eq!(twice["filter"]["kind"], "paid_twice");
    assert!(strange(&exceptions(&served, &a, "paid_to=2026-11-24").await).is_empty());
    // A cursor of another biller opens nothing.
    let told = ask(&served, &format!("GET /v1/payments/exceptions?limit=1{cursor}"))
        .token(&b)
        .send()
        .await;
    assert_problem(&told, 400, "cursor-mismatch");
    for query in ["kind=nothing", "paid_from=x", "limit=0"] {
        let told =
            ask(&served, &format!("GET /v1/payments/exceptions?{query}")).token(&a).send().await;
        assert_problem(&told, 400, "bad-parameter");
    }
}

/// The accident: one strange payment among very many that are not, and a page that looks at all of them, or at none.
#[tokio::test]
async fn a_page_looks_at_so_many_and_says_where_to_go_on() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let first = pay(&served, &token, "k", &[paid(1)]).await;
    let strange_one = Paid::of(A.code, "9999999999999999", 0, 1);
    pay(&served, &token, "k2", &[strange_one]).await;
    // 4,500 payments of other slips, all as they should be, on the days before.
    let root = support::connect(&world.superuser_url()).await;
    let import = first["id"].as_str().expect("an id");
    support::text(&root, &clean(import, 4_500)).await;
    let (mut pages, mut seen, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = exceptions(&served, &token, &format!("limit=20{cursor}")).await;
        let data = page["data"].as_array().expect("a list").clone();
        pages.push(data.len());
        seen.extend(data);
        let Some(next) = page["page"]["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(pages, [0, 0, 1], "two pages of nothing, and then the one");
    assert_eq!(seen[0]["slip"], "9999999999999999-0");
}

/// Slips of A, and a payment of each that nobody needs to look at, before 2026.
pub fn clean(import: &str, count: u32) -> String {
    format!(
        "with import as (select tenant_id from shikiri.payment_import where import_id = '{import}'),
         slips as (
            insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name,
                revenue_stamp, amount_yen)
            select i.tenant_id, lpad((5000000 + n)::text, 16, '0'), 0, 'C' || n, 'x' || n, false, 1000
            from import i, generate_series(1, {count}) n returning 1),
         events as (
            insert into shikiri.payment_event (tenant_id, event_key, bill_number, reissue_number, kind, source_code,
                paid_on, paid_at, amount_yen, barcode, check_digit_fits, chain_code, store_code, import_id, line)
            select i.tenant_id, sha256(n::text::bytea), lpad((5000000 + n)::text, 16, '0'), 0, 'preliminary', '01',
                date '2025-01-01' + n % 300, '0944', 1000, repeat('0', 44), true, '020', '001234', '{import}', n
            from import i, generate_series(1, {count}) n returning 1)
         select (select count(*) from slips)::text || (select count(*) from events)::text"
    )
}
