//! `POST /v1/page-codes/resolve`, and the command that asks it and the database.

use std::process::Command;

use serde_json::json;
use shikiri::{
    dba::catalog::Login,
    domain::ExportId,
    testkit::{A, B, SLIPS_B, Served, World},
};

use super::released;
use crate::{
    attacks::Wire,
    http::{
        client::{Told, ask, assert_problem, log_in},
        exports::{all, ended, order},
    },
};

async fn resolve(served: &Served, token: &str, code: &str) -> Told {
    let ask = ask(served, "POST /v1/page-codes/resolve").token(token);
    ask.json(&json!({"code": code})).send().await
}

fn id_of(href: &str) -> ExportId {
    ExportId(href.rsplit('/').next().expect("an id").parse().expect("an id"))
}

#[tokio::test]
async fn a_page_is_told_to_its_biller_and_to_nobody_else() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let stranger = log_in(&served, &B, "admin").await;
    let href = released(&served, &token, "k").await;
    let id = id_of(&href);
    let code = served.page_code(id, 2);
    let told = resolve(&served, &token, &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let page = told.json();
    assert_eq!((&page["export_id"], &page["page"]), (&json!(id.0), &json!(2)));
    assert_eq!((&page["report"], &page["rows"]), (&json!("slip_list"), &json!(20)));
    assert_eq!((&page["first"], &page["state"]), (&json!("0000000000000040-0"), &json!("ready")));
    assert_eq!(
        page["files"],
        json!([{
            "id": id.0, "reprint_pages": null, "state": "ready", "recalled_at": null,
            "sent": "never", "fetched_by": [],
        }])
    );
    let cover = resolve(&served, &token, &served.page_code(id, 0)).await.json();
    assert_eq!((&cover["page"], &cover["rows"]), (&json!(0), &json!(null)));
    // Another biller's, one that never was, and one that is forged are the same bytes.
    let foreign = resolve(&served, &stranger, &code).await;
    assert_problem(&foreign, 404, "not-found");
    let never = served.page_code(ExportId(uuid::Uuid::now_v7()), 1);
    let forged = if code.ends_with('1') { code.replacen('1', "2", 99) } else { code.clone() };
    let forged = format!("{}1", &forged[..forged.len() - 1]);
    for (caller, code) in [(&stranger, &never), (&stranger, &forged), (&token, &never)] {
        let told = resolve(&served, caller, code).await;
        assert_eq!((told.status, &told.body), (404, &foreign.body));
    }
    assert_problem(&resolve(&served, &token, "067K").await, 422, "validation-failed");
    // B's own is B's.
    let of_b = order(&served, &stranger, "k", &all(SLIPS_B)).await.header("location").to_owned();
    ended(&served, &stranger, &of_b).await;
    let own = served.page_code(id_of(&of_b), 1);
    assert_eq!(resolve(&served, &stranger, &own).await.status, 200);
    assert_eq!(resolve(&served, &token, &own).await.status, 404);
}

#[tokio::test]
async fn who_had_a_page_is_told_by_its_own_bytes() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let href = released(&served, &token, "k").await;
    let get = |path: String| ask(&served, &format!("GET {path}")).token(&token);
    let manifest = get(format!("{href}/manifest")).send().await.json();
    let bytes = |page: usize| manifest["pages"][page - 1]["bytes"].as_str().expect("a range");
    let (begin, end) = bytes(2).split_once('-').expect("two ends");
    let half: u64 = begin.parse::<u64>().expect("a number") + 5;
    // Page 1 whole, the first bytes of page 2, nothing of page 3.
    let range = format!("bytes={}-{half}", bytes(1).split_once('-').expect("two ends").0);
    let part = get(format!("{href}/file")).header("range", &range).send().await;
    assert_eq!(part.status, 206);
    // A link takes the rest of page 2.
    let link = ask(&served, &format!("POST {href}/links")).token(&token);
    let link = link.json(&json!({"bind": "none", "ttl_s": 60})).send().await;
    let rest = format!("bytes={}-{end}", half + 1);
    let rest = ask(&served, &format!("GET {}", link.header("location"))).header("range", &rest);
    assert_eq!(rest.send().await.status, 206);
    let me = get("/v1/me".to_owned()).send().await.json()["user"]["id"].clone();
    let file = async |page: u32| {
        let told = resolve(&served, &token, &served.page_code(id_of(&href), page)).await;
        told.json()["files"][0].clone()
    };
    let (first, second, third) = (file(1).await, file(2).await, file(3).await);
    assert_eq!([&first["sent"], &second["sent"], &third["sent"]], ["whole", "whole", "never"]);
    assert_eq!(first["fetched_by"].as_array().expect("fetches").len(), 1);
    let by = second["fetched_by"].as_array().expect("fetches");
    assert_eq!((by.len(), &by[0]["user_id"], &by[1]["user_id"]), (2, &me, &json!(null)));
    assert_eq!((&by[1]["link_made_by"], &third["fetched_by"]), (&me, &json!([])));
    // A reprint has the page too, with the code of the original; where it lies there is not known.
    let reprint = ask(&served, &format!("POST {href}/reprint")).token(&token).key("r");
    let reprint = reprint.json(&json!({"pages": "3"})).send().await;
    assert_eq!(get(format!("{}/file", reprint.header("location"))).send().await.status, 200);
    let told = resolve(&served, &token, &served.page_code(id_of(&href), 3)).await.json();
    let files = told["files"].as_array().expect("files");
    let sent: Vec<_> = files.iter().map(|it| (&it["reprint_pages"], &it["sent"])).collect();
    assert_eq!(sent, [(&json!(null), &json!("never")), (&json!("3-3"), &json!("whole"))]);
    // The recall's ledger says the same, page by page.
    let recall = ask(&served, &format!("POST {href}/recall")).token(&token);
    let recall = recall.json(&json!({"reason": "wrong filter"})).send().await.json();
    let pages = json!({"whole": ["1-2"], "part": [], "never": ["3"]});
    assert_eq!(recall["files"][0]["pages_sent"], pages);
    assert_eq!(recall["files"][1]["pages_sent"]["whole"], json!(["3"]));
    assert_eq!(recall["files"][0]["pages_fetched"], "some");
    let after = file(1).await;
    assert_eq!((&after["state"], after["recalled_at"].is_null()), (&json!("shredded"), false));
}

/// Exit code and words of the command.
fn page_code(code: &str, flag: &str, env: &[(&str, String)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command.args(["verify", "page-code", code, flag]).env_clear();
    let done = command.envs(env.iter().map(|(name, value)| (name, value))).output();
    let done = done.expect("it starts");
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    (done.status.code(), text(&done.stdout) + &text(&done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_asks_the_service_or_the_database() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let stranger = log_in(&served, &B, "clerk").await;
    let href = released(&served, &token, "k").await;
    let code = served.page_code(id_of(&href), 3);
    let fetched = ask(&served, &format!("GET {href}/file")).token(&token).send().await;
    assert_eq!(fetched.status, 200);
    let service = |token: &str| {
        let url = format!("http://{}", served.address);
        [("SHIKIRI_URL", url), ("SHIKIRI_TOKEN", token.to_owned())]
    };
    let (exit, said) = page_code(&code, "--service", &service(&token));
    assert_eq!(exit, Some(0), "{said}");
    for word in ["page 3", "report slip_list", "rows on it: 5", "this page was sent", "by user "] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let (exit, said) = page_code(&code, "--service", &service(&stranger));
    assert_eq!((exit, said.as_str()), (Some(4), "UNKNOWN: no page of your biller\n"));
    let operator = [
        ("SHIKIRI_DATABASE_URL_OPERATOR", world.url(Login::Operator)),
        ("SHIKIRI_KEY_DIR", served.key_dir().display().to_string()),
    ];
    let (exit, said) = page_code(&code, "--operator", &operator);
    assert_eq!(exit, Some(0), "{said}");
    let biller = format!("biller {}", A.code);
    for word in [&biller, "report slip_list", "rows on it: 5", "1 fetches; this page was sent"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let never = served.page_code(ExportId(uuid::Uuid::now_v7()), 3);
    let (exit, said) = page_code(&never, "--operator", &operator);
    assert!(exit == Some(4) && said.contains("UNKNOWN"), "{said}");
    // A biller that exists to be looked for is nobody's page.
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("update shikiri_ops.tenant set is_probe = true").await;
    let (exit, said) = page_code(&code, "--operator", &operator);
    assert!(exit == Some(4) && said.contains("UNKNOWN"), "{said}");
}
