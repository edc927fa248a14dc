//! Exports.

mod cancel;
mod event_token;
mod events;
mod file;
mod list;
mod order;
mod print_report;

use std::time::Duration;

use serde_json::{Value, json};
use shikiri::{
    auth::VerifiedSession,
    statements::exports::OrderExport,
    testkit::{Served, World},
};

use crate::http::client::{Told, ask};

pub fn all(rows: u32) -> Value {
    json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": rows}})
}

pub async fn order(served: &Served, token: &str, key: &str, body: &Value) -> Told {
    ask(served, "POST /v1/exports").token(token).key(key).json(body).send().await
}

/// Waits until an export has ended.
pub async fn ended(served: &Served, token: &str, href: &str) -> Value {
    for _ in 0..600 {
        let body = ask(served, &format!("GET {href}")).token(token).send().await.json();
        let state = body["state"].as_str().expect("a state");
        if !["queued", "running", "checking"].contains(&state) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the export did not end");
}

/// Orders one that no process will run: it stays queued.
pub async fn abandoned(world: &World, session: &VerifiedSession) -> uuid::Uuid {
    let order = OrderExport {
        report: "slip_list".to_owned(),
        filter: json!({"all": true}),
        expected_rows: 45,
        purpose: None,
        options: json!({}),
    };
    let mut tx = world.pool().enter(session).await.expect("enters");
    let ordered = tx.fetch_one(&order).await.expect("answers").expect("is ordered");
    tx.commit().await.expect("commits");
    ordered.export_id.0
}
