//! `GET /v1/slips?state=...`: slips by where they stand.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, CANARY, SLIPS_A, Served, World};

use super::void::{change, see};
use crate::{
    http::{
        client::{ask, assert_problem, log_in},
        payments::{Paid, send},
    },
    support,
};

const STATES: [&str; 6] =
    ["issued", "expired", "preliminary_paid", "confirmed", "superseded", "void"];

/// A page, and the cursor of the next.
async fn page(served: &Served, token: &str, query: &str) -> (Vec<Value>, Option<String>) {
    let told = ask(served, &format!("GET /v1/slips?{query}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert!(!told.text().contains(CANARY));
    let body = told.json();
    let next = body["page"]["next"].as_str().map(str::to_owned);
    (body["data"].as_array().expect("a list").clone(), next)
}

/// Every slip that a list gives, page by page, and how many pages there were.
async fn all(served: &Served, token: &str, query: &str) -> (Vec<Value>, u32) {
    let (mut slips, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let (data, next) = page(served, token, &format!("{query}{cursor}")).await;
        slips.extend(data);
        pages += 1;
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (slips, pages),
        }
    }
}

/// Something of each kind happens to slips of A.
async fn live(world: &World, served: &Served, token: &str) {
    let word = json!({"reason": "二重請求"});
    let again = json!({"reason": "宛名違い", "due_date": "2090-12-31"});
    for (id, what, body) in [(2, "void", &word), (4, "reissue", &again), (42, "void", &word)] {
        let id = format!("{id:016}-0");
        let (_, tag) = see(served, token, &id).await;
        let line = format!("POST /v1/slips/{id}/{what}");
        let told = change(served, token, &line, &id, &tag, body).await;
        assert!(told.status == 200 || told.status == 201, "{}", told.text());
    }
    let paid = |bill: u32| Paid::of(A.code, &format!("{bill:016}"), 0, 1_997);
    let file = [paid(6), paid(8).kind("02"), paid(42).kind("02"), paid(44), paid(44).kind("03")];
    let file: String = file.iter().map(Paid::line).collect();
    let told = send(served, token, "payments", "dsk_13", &file).await;
    assert_eq!(told.status, 201, "{}", told.text());
    let root = support::connect(&world.superuser_url()).await;
    let over = "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, \
         revenue_stamp, amount_yen) select t.tenant_id, '0000000000000111', 0, 'C', '甲', '2020-01-31', false, 1 \
         from shikiri_ops.tenant t where t.tenant_code = '10001'";
    root.batch_execute(over).await.expect("a superuser may");
}

#[tokio::test]
async fn each_state_gives_what_the_whole_list_says_is_in_it() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    live(&world, &served, &token).await;
    let (whole, _) = all(&served, &token, "limit=200").await;
    assert_eq!(
        whole.len(),
        SLIPS_A as usize + 2,
        "with the next issue of one, and one that is over"
    );
    let of = |states: &[&str]| -> Vec<Value> {
        let is_in = |it: &&Value| states.iter().any(|state| it["state"] == *state);
        whole.iter().filter(is_in).cloned().collect()
    };
    for state in STATES {
        assert!(!of(&[state]).is_empty(), "no slip is {state}: nothing would be shown");
        for limit in [1, 7, 200] {
            let (found, _) = all(&served, &token, &format!("state={state}&limit={limit}")).await;
            assert_eq!(found, of(&[state]), "{state}, {limit} at a time");
        }
    }
    let (found, _) = all(&served, &token, "state=void,issued,void&limit=3").await;
    assert_eq!(found, of(&["issued", "void"]));
    let (found, _) = all(&served, &token, "state=void&bill_number_from=0000000000000003").await;
    assert_eq!(found.len(), 1, "with every other condition");
    // The words in whatever order are one list; another list's cursor does not open it.
    let (_, next) = page(&served, &token, "state=issued,void&limit=1").await;
    let next = next.expect("there is more");
    page(&served, &token, &format!("state=void,issued&cursor={next}")).await;
    for query in ["state=issued", "limit=1"] {
        let line = format!("GET /v1/slips?{query}&cursor={next}");
        assert_problem(&ask(&served, &line).token(&token).send().await, 400, "cursor-mismatch");
    }
    let told = ask(&served, "GET /v1/slips?state=void,issued&limit=1").token(&token).send().await;
    assert_eq!(told.json()["filter"], json!({"state": "issued,void"}));
    // The other biller has none of these, whatever it asks.
    let other = log_in(&served, &B, "clerk").await;
    let told = ask(&served, "GET /v1/slips?state=void,confirmed,superseded").token(&other);
    assert_eq!(told.send().await.json()["data"], json!([]));
}

/// Two thousand are looked at for a page, and the rest for the next.
#[tokio::test]
async fn a_page_that_found_too_little_says_where_to_go_on() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let root = support::connect(&world.superuser_url()).await;
    let many = "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, \
         revenue_stamp, amount_yen) select t.tenant_id, lpad((1000000 + n)::text, 16, '0'), 0, 'C', '甲', false, 1 \
         from shikiri_ops.tenant t, generate_series(1, 4100) n where t.tenant_code = '10001'";
    root.batch_execute(many).await.expect("a superuser may");
    let id = "0000000001004000-0";
    let (_, tag) = see(&served, &token, id).await;
    let word = json!({"reason": "二重請求"});
    let line = format!("POST /v1/slips/{id}/void");
    assert_eq!(change(&served, &token, &line, "k", &tag, &word).await.status, 200);
    let (first, next) = page(&served, &token, "state=void").await;
    assert!(first.is_empty() && next.is_some(), "{first:?}");
    let (found, pages) = all(&served, &token, "state=void").await;
    assert_eq!((found.len(), pages), (1, 3));
    assert_eq!(found[0]["id"], id);
    // What is in the state everywhere fills its pages.
    let (whole, pages) = all(&served, &token, "state=issued,expired&limit=200").await;
    assert_eq!((whole.len(), pages), (SLIPS_A as usize + 4_099, 21));
}
