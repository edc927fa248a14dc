//! `shikiri serve` is killed with SIGKILL in the middle of exports, and started again.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use shikiri::{
    dba::catalog::Login,
    testkit::{A, SLIPS_A, World},
};

use super::accidents::{files, hold_at_first_page, until_held};
use crate::{
    http::client::{ask_at, credentials},
    support::{connect, text},
};

/// A process of the service. Dropped, it is killed: SIGKILL, no handler runs.
struct Service {
    process: Child,
    address: std::net::SocketAddr,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command.env("SHIKIRI_KEY_DIR", dir.join("keys"));
    command.env("SHIKIRI_ARTEFACT_KEY_DIR", dir.join("artefact-keys"));
    command
}

fn start(world: &World, dir: &Path) -> Service {
    let mut process = command(dir)
        .arg("serve")
        .env("SHIKIRI_DATABASE_URL_APP", world.url(Login::App))
        .env("SHIKIRI_DATABASE_URL_CHECKER", world.url(Login::Checker))
        .env("SHIKIRI_ARTEFACT_DIR", dir.join("artefacts"))
        .env("SHIKIRI_CONTACT", "運用窓口")
        .env("SHIKIRI_LISTEN", "127.0.0.1:0")
        .env("SHIKIRI_LISTEN_ADMIN", "127.0.0.1:0")
        .env("SHIKIRI_EXPORTS_RUNNING", "1")
        .env("SHIKIRI_ACCEPT_OLD_POSTGRES", "1")
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(process.stderr.take().expect("is piped")).lines();
    let mut said = Vec::new();
    let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let found =
            line.split_once("address=").map(|(_, it)| it.split(' ').next().map(str::to_owned));
        said.push(line);
        found.flatten()
    });
    // Whatever else it says must not meet a closed pipe.
    std::thread::spawn(move || lines.for_each(drop));
    let address = address.unwrap_or_else(|| panic!("it does not serve: {said:#?}"));
    Service { process, address: address.parse().expect("an address") }
}

async fn log_in(service: &Service) -> String {
    let body = credentials(&A, "clerk", "take_over");
    let told = ask_at(service.address, "POST /v1/sessions").json(&body).send().await;
    assert_eq!(told.status, 201, "{}", told.text());
    told.json()["token"].as_str().expect("a token").to_owned()
}

async fn order(service: &Service, token: &str, key: &str) -> String {
    let body = json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
    let ask = ask_at(service.address, "POST /v1/exports").token(token).key(key).json(&body);
    let told = ask.send().await;
    assert_eq!(told.status, 202, "{}", told.text());
    told.json()["id"].as_str().expect("an id").to_owned()
}

async fn export(service: &Service, token: &str, id: &str) -> Value {
    ask_at(service.address, &format!("GET /v1/exports/{id}")).token(token).send().await.json()
}

async fn until(service: &Service, token: &str, id: &str, state: &str) {
    for _ in 0..500 {
        if export(service, token, id).await["state"] == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not become {state}: {}", export(service, token, id).await);
}

/// Their process is dead; a minute later their leases are over.
async fn age_leases(world: &World) {
    let root = connect(&world.superuser_url()).await;
    let aged = "update shikiri_ops.export_ledger set lease_until = clock_timestamp() - interval '1 second' \
         where lease_until is not null";
    root.batch_execute(aged).await.expect("ages");
}

fn key(dir: &Path) {
    let made = command(dir).args(["key", "new"]).output().expect("runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[tokio::test]
async fn a_service_that_is_killed_leaves_no_byte_and_its_exports_are_interrupted() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    key(dir.path());
    let service = start(&world, dir.path());
    let token = log_in(&service).await;
    let released = order(&service, &token, "k0").await;
    until(&service, &token, &released, "ready").await;
    let hold = hold_at_first_page(&world).await;
    let running = order(&service, &token, "k1").await;
    until_held(&world).await;
    let waiting = order(&service, &token, "k2").await;
    assert_eq!(export(&service, &token, &waiting).await["state"], "queued");
    assert_eq!(files(&dir.path().join("artefacts")).len(), 2, "one is released, one half drawn");
    // The accident.
    drop(service);
    drop(hold);
    // Started again before the leases are over: nothing is taken for dead that may live, and nothing is given out.
    let service = start(&world, dir.path());
    assert_eq!(files(&dir.path().join("artefacts")).len(), 1, "what was half drawn is gone");
    for id in [&running, &waiting] {
        assert!(
            ["running", "queued"]
                .contains(&export(&service, &token, id).await["state"].as_str().expect("one"))
        );
        let file = ask_at(service.address, &format!("GET /v1/exports/{id}/file"))
            .token(&token)
            .send()
            .await;
        assert_eq!(file.problem(), (409, "export-not-ready".to_owned()));
    }
    drop(service);
    age_leases(&world).await;
    let service = start(&world, dir.path());
    for id in [&running, &waiting] {
        until(&service, &token, id, "failed").await;
        assert_eq!(export(&service, &token, id).await["failure"], "interrupted");
    }
    // Their tickets open nothing, and the released one is still there.
    let root = connect(&world.superuser_url()).await;
    assert_eq!(text(&root, "select count(*)::text from shikiri_vault.ticket").await, "0");
    let file = ask_at(service.address, &format!("GET /v1/exports/{released}/file"))
        .token(&token)
        .send()
        .await;
    assert_eq!(file.status, 200);
    let again = order(&service, &token, "k3").await;
    until(&service, &token, &again, "ready").await;
}

#[tokio::test]
async fn a_service_that_is_killed_while_it_checks_has_released_nothing() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    key(dir.path());
    let service = start(&world, dir.path());
    let token = log_in(&service).await;
    let hold = connect(&world.superuser_url()).await;
    let lock = "begin; lock table shikiri.export_check in share row exclusive mode";
    hold.batch_execute(lock).await.expect("locks");
    let id = order(&service, &token, "k").await;
    until(&service, &token, &id, "checking").await;
    drop(service);
    drop(hold);
    age_leases(&world).await;
    let service = start(&world, dir.path());
    until(&service, &token, &id, "failed").await;
    assert_eq!(export(&service, &token, &id).await["failure"], "interrupted");
    assert_eq!(files(&dir.path().join("artefacts")), Vec::<String>::new());
}
