//! One test per accident, named after it: the world before, the accident, the world after.

use std::{process::Command, time::Duration};

use serde_json::{Value, json};
use shikiri::testkit::{A, B, CANARY, SLIPS_A, SLIPS_B, Served, World};

use crate::{
    exports::accidents::{hold_at_first_page, until_held},
    http::client::{Told, ask, assert_problem, credentials, log_in},
};

async fn log_in_again(served: &Served, on_conflict: &str) -> Told {
    let body = credentials(&A, "clerk", on_conflict);
    ask(served, "POST /v1/sessions").json(&body).send().await
}

async fn order_everything(served: &Served, token: &str, key: &str) -> String {
    let order =
        json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
    let told = ask(served, "POST /v1/exports").token(token).key(key).json(&order).send().await;
    assert_eq!(told.status, 202, "{}", told.text());
    told.json()["id"].as_str().expect("an id").to_owned()
}

async fn export(served: &Served, token: &str, id: &str) -> Value {
    let told = ask(served, &format!("GET /v1/exports/{id}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()
}

async fn until_ready(served: &Served, token: &str, id: &str) -> Value {
    for _ in 0..500 {
        let now = export(served, token, id).await;
        if !["queued", "running", "checking"].contains(&now["state"].as_str().expect("a state")) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the export did not end");
}

/// The text of an export's file, as the clerk would read it.
async fn read_file(served: &Served, token: &str, id: &str) -> String {
    let told = ask(served, &format!("GET /v1/exports/{id}/file")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("list.pdf");
    std::fs::write(&path, &told.body).expect("writes");
    let run = Command::new("pdftotext").arg(&path).arg("-").output();
    let run = run.expect("apt-get install poppler-utils");
    String::from_utf8(run.stdout).expect("UTF-8")
}

/// Slips that a token sees when every filter is cleared, and how many of them are biller B's.
async fn unfiltered(served: &Served, token: &str) -> (usize, usize) {
    let told = ask(served, "GET /v1/slips?limit=200").token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    let body = told.json();
    let rows = body["data"].as_array().expect("rows");
    let foreign =
        |row: &&Value| row["customer_name"].as_str().is_some_and(|it| it.contains(CANARY));
    (rows.len(), rows.iter().filter(foreign).count())
}

/// Rows that a preview of everything counts.
async fn previewed(served: &Served, token: &str) -> u32 {
    let body = json!({"report": "slip_list", "filter": {"all": true}});
    let told = ask(served, "POST /v1/previews").token(token).json(&body).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert!(!told.text().contains(CANARY), "another company's name in a preview");
    told.json()["rows"].as_u64().and_then(|it| u32::try_from(it).ok()).expect("a number")
}

/// A double login cleared the first session; the filter lived in it; the list ran without the filter and
/// printed 40,001 rows of 112 other companies (letter of a biller's association, April 2023).
///
/// Here: a list is ordered and held at its first page; the same person logs in a second time in every way
/// there is; the list goes on.
#[tokio::test]
async fn r2023_03_20_double_login() {
    let world = World::new().await;
    let served = world.serve().await;
    // The world before: both billers have slips, and each sees its own alone with no filter at all.
    let b = log_in(&served, &B, "clerk").await;
    assert_eq!(unfiltered(&served, &b).await, (SLIPS_B as usize, SLIPS_B as usize));
    for mode in ["ask", "refuse", "parallel", "take_over"] {
        let first = log_in(&served, &A, "clerk").await;
        assert_eq!(unfiltered(&served, &first).await, (SLIPS_A as usize, 0));
        let hold = hold_at_first_page(&world).await;
        let id = order_everything(&served, &first, &format!("order-{mode}")).await;
        until_held(&world).await;
        let watching = ask(&served, &format!("GET /v1/exports/{id}/events")).token(&first);
        let watching = watching.stream().await;
        assert_eq!(previewed(&served, &first).await, SLIPS_A);
        // The accident.
        let again = log_in_again(&served, mode).await;
        let alive = match mode {
            "ask" | "refuse" => {
                assert_problem(&again, 409, "session-exists");
                assert_eq!(
                    again.json()["running_exports"],
                    json!([id]),
                    "it says what is under way"
                );
                first.clone()
            }
            "parallel" => {
                assert_eq!(again.status, 201, "{}", again.text());
                assert_eq!(unfiltered(&served, &first).await, (SLIPS_A as usize, 0), "untouched");
                again.json()["token"].as_str().expect("a token").to_owned()
            }
            _ => {
                assert_eq!(again.status, 201, "{}", again.text());
                let over = ask(&served, "GET /v1/slips").token(&first).send().await;
                assert_problem(&over, 401, "session-superseded");
                again.json()["token"].as_str().expect("a token").to_owned()
            }
        };
        // The world after: nobody sees more than before, and the job is neither lost nor widened.
        assert_eq!(unfiltered(&served, &alive).await, (SLIPS_A as usize, 0));
        assert_eq!(previewed(&served, &alive).await, SLIPS_A);
        assert_eq!(export(&served, &alive, &id).await["state"], "running");
        drop(hold);
        let done = until_ready(&served, &alive, &id).await;
        assert_eq!(done["state"], "ready", "{mode}: {done}");
        assert_eq!(done["progress"]["rows_done"], SLIPS_A);
        // Who watched sees the end of the job, unless the session is over: then that is said.
        let seen = watching.rest().await;
        let last = seen.last().expect("a stream says how it ends");
        let expected = if mode == "take_over" { "closed" } else { "ready" };
        assert_eq!(last.name, expected, "{mode}: {seen:?}");
        let text = read_file(&served, &alive, &id).await;
        assert!(text.contains(A.name) && text.contains("太郎44"), "the biller's own list");
        assert!(
            !text.contains("CANARY") && !text.contains(B.name),
            "{mode}: another company's name"
        );
        let theirs = ask(&served, &format!("GET /v1/exports/{id}")).token(&b).send().await;
        assert_problem(&theirs, 404, "not-found");
    }
    assert_eq!(unfiltered(&served, &b).await, (SLIPS_B as usize, SLIPS_B as usize));
}
