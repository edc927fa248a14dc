//! X17: the audit's question asked through the REST API and an exported list. B's canaries are looked for in every
//! answer that A gets: by every read there is, with B's ids, with a lost session, after a second login, and in the PDF.

use serde_json::json;
use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, CANARY, SLIPS_A, World, sample_slip},
};

use crate::http::client::{Told, ask, credentials, log_in};

/// Answers that tell A nothing of B.
fn tells_nothing(told: &Told, what: &str) {
    assert!(!told.text().contains(CANARY), "{what}: a value of B");
    assert!(!told.text().contains(B.name), "{what}: B's name");
}

#[tokio::test]
async fn no_answer_of_the_api_and_no_page_of_a_list_holds_a_value_of_b() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let slip_of_b = sample_slip(&B, 1).id;

    // Earned: B finds its own canaries by the same reads.
    let own = ask(&served, "GET /v1/slips").token(&b).send().await;
    assert_eq!(own.status, 200);
    assert!(own.text().contains(CANARY), "B's rows are not there: this proves nothing");

    let mut pages = 0;
    let mut target = "/v1/slips?limit=20".to_owned();
    loop {
        let told = ask(&served, &format!("GET {target}")).token(&a).send().await;
        assert_eq!(told.status, 200, "{}", told.text());
        tells_nothing(&told, &target);
        pages += 1;
        let Some(next) = told.json()["page"]["next"].as_str().map(str::to_owned) else { break };
        target = format!("/v1/slips?limit=20&cursor={next}");
    }
    assert_eq!(pages, SLIPS_A.div_ceil(20), "A walked through all its pages");

    for target in [
        format!("/v1/slips/{slip_of_b}"),
        "/v1/slips?customer_number=C0001".to_owned(),
        "/v1/exports".to_owned(),
        "/v1/sessions".to_owned(),
        "/v1/users".to_owned(),
        "/v1/me".to_owned(),
        format!("/v1/slips?tenant_code={}", B.code),
    ] {
        let told = ask(&served, &format!("GET {target}")).token(&a).send().await;
        tells_nothing(&told, &target);
    }

    // The accident of 2023: the session is cleared under the first login, then the list is asked for.
    let again = credentials(&A, "clerk", "take_over");
    let told = ask(&served, "POST /v1/sessions").json(&again).send().await;
    assert_eq!(told.status, 201);
    let second = told.json()["token"].as_str().expect("a token").to_owned();
    for line in ["GET /v1/slips", "GET /v1/exports"] {
        let told = ask(&served, line).token(&a).send().await;
        assert_eq!(told.status, 401, "{line}: a lost session is an error, not a list");
        tells_nothing(&told, line);
    }

    let pdf = exported(&served, &second).await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("list.pdf");
    std::fs::write(&path, &pdf).expect("writes");
    let run = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
    let text = run.expect("poppler-utils is installed").stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(text.contains("淡路"), "A's own rows are in the list: {text}");
    assert!(!text.contains(CANARY) && !text.contains(B.name), "a value of B is on a page");
    served.stop().await;
}

/// Orders a list of everything that A has, and waits for its file.
async fn exported(served: &shikiri::testkit::Served, token: &str) -> Vec<u8> {
    let order = json!({
        "report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A},
        "purpose": "audit",
    });
    let told = ask(served, "POST /v1/exports").token(token).key("x17").json(&order).send().await;
    assert_eq!(told.status, 202, "{}", told.text());
    let href = told.header("location").to_owned();
    for _ in 0..600 {
        let told = ask(served, &format!("GET {href}")).token(token).send().await;
        tells_nothing(&told, "the export");
        let state = told.json()["state"].as_str().expect("a state").to_owned();
        if state == "ready" {
            let file = ask(served, &format!("GET {href}/file")).token(token).send().await;
            assert_eq!(file.status, 200);
            return file.body.to_vec();
        }
        assert!(["queued", "running", "checking"].contains(&state.as_str()), "{}", told.text());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the export did not end");
}

/// The command, asking a service at an address.
fn asked(world: &World, url: &str) -> (Option<i32>, String) {
    let url_of = |it| world.url(it);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_shikiri"))
        .args(["audit", "--static", "--fail-on", "critical", "--http", url])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(std::env::temp_dir())
        .env("SHIKIRI_DATABASE_URL_ADMIN", world.superuser_url())
        .env("SHIKIRI_DATABASE_URL_APP", url_of(Login::App))
        .env("SHIKIRI_DATABASE_URL_OPERATOR", url_of(Login::Operator))
        .env("SHIKIRI_DATABASE_URL_CHECKER", url_of(Login::Checker))
        .output()
        .expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_asks_a_running_service_as_both_probe_billers() {
    let world = World::new().await;
    let served = world.serve().await;
    let url = format!("http://{}", served.address);
    let world_here = std::sync::Arc::new(world);
    let run = |url: String| {
        let world = world_here.clone();
        tokio::task::spawn_blocking(move || asked(&world, &url))
    };
    let (code, text) = run(url.clone()).await.expect("it runs");
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("X17 "), "nothing of X17 is found or untried: {text}");
    // Twice: what the first left behind is in nobody's way.
    let (code, text) = run(url).await.expect("it runs");
    assert_eq!(code, Some(0), "{text}");
    served.stop().await;

    let (code, text) = run("http://127.0.0.1:9".to_owned()).await.expect("it runs");
    assert_eq!(code, Some(3), "nobody there is not passed: {text}");
    let (code, text) = run(leaky_service().await).await.expect("it runs");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("X17 ") && text.contains("GET /v1/slips"), "{text}");
}

/// A service that answers everybody with everything: what X17 must see.
async fn leaky_service() -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let all: Vec<String> =
        (0..2_000).flat_map(|id| [1, 2].map(|n| format!("AUDIT-{id}-{n}"))).collect();
    let body = json!({"token": "t", "state": "failed", "items": all}).to_string();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            tokio::spawn(async move {
                let mut request = [0; 4096];
                if socket.read(&mut request).await.is_ok() {
                    drop(socket.write_all(answer.as_bytes()).await);
                    drop(socket.shutdown().await);
                }
            });
        }
    });
    url
}
