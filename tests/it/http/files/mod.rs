//! Files of released exports over HTTP.

mod link_ranges;
mod links;
mod page_code;
mod proof;

use serde_json::json;
use shikiri::testkit::{SLIPS_A, Served};

use crate::http::{client::ask, exports::ended};

/// Orders and waits: the address of a released export.
async fn released(served: &Served, token: &str, key: &str) -> String {
    let wish = json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
    let told = ask(served, "POST /v1/exports").token(token).key(key).json(&wish).send().await;
    assert_eq!(told.status, 202, "{}", told.text());
    let href = told.header("location").to_owned();
    assert_eq!(ended(served, token, &href).await["state"], "ready");
    href
}
