//! The service as a process: killed, and with a disk that is full. What was not released is unreadable, and what was
//! promised still holds after a restart.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use shikiri::{
    dba::catalog::Login,
    testkit::{A, SLIPS_A, World},
};

use super::accidents::{hold_at_first_page, left, until_held};
use crate::{
    attacks::Wire,
    http::client::{Told, ask_at, credentials},
};

/// `shikiri serve`. A test that fails leaves none behind.
struct Service {
    process: Child,
    address: SocketAddr,
    token: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        // SIGKILL, which is what these tests are about.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Service {
    /// Starts it, and logs A's clerk in. A limit says how many blocks a file may have: a full disk.
    async fn start(world: &World, dir: &Path, blocks: Option<u32>) -> Service {
        let shikiri = env!("CARGO_BIN_EXE_shikiri");
        let key_dir = dir.join("service-keys");
        let made = Command::new(shikiri)
            .args(["key", "new", "--if-missing"])
            .env("SHIKIRI_KEY_DIR", &key_dir)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("runs").success());
        let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
        let address = address.expect("a free port");
        let limit = blocks.map_or(String::new(), |it| format!("trap '' XFSZ; ulimit -f {it}; "));
        let process = Command::new("sh")
            .args(["-c", &format!("{limit}exec \"$0\" serve"), shikiri])
            .env("SHIKIRI_DATABASE_URL_APP", world.url(Login::App))
            .env("SHIKIRI_DATABASE_URL_CHECKER", world.url(Login::Checker))
            .env("SHIKIRI_LISTEN", address.to_string())
            .env("SHIKIRI_LISTEN_ADMIN", "127.0.0.1:0")
            .env("SHIKIRI_KEY_DIR", &key_dir)
            .env("SHIKIRI_ARTEFACT_DIR", dir.join("files"))
            .env("SHIKIRI_ARTEFACT_KEY_DIR", dir.join("keys"))
            .env("SHIKIRI_CONTACT", "運用窓口")
            .env("SHIKIRI_ACCEPT_OLD_POSTGRES", "1")
            .env("SHIKIRI_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .expect("starts");
        let mut service = Service { process, address, token: String::new() };
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                let login = credentials(&A, "clerk", "take_over");
                let told = ask_at(address, "POST /v1/sessions").json(&login).send().await;
                assert_eq!(told.status, 201, "{}", told.text());
                service.token = told.json()["token"].as_str().expect("a token").to_owned();
                return service;
            }
            assert!(service.process.try_wait().expect("asks").is_none(), "it has ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not listen");
    }

    async fn ask(&self, line: &str) -> Told {
        ask_at(self.address, line).token(&self.token).send().await
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Told {
        let ask = ask_at(self.address, &format!("POST {path}")).token(&self.token).key(key);
        ask.json(body).send().await
    }

    async fn order(&self, key: &str) -> String {
        let wish =
            json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
        let told = self.post("/v1/exports", key, &wish).await;
        assert_eq!(told.status, 202, "{}", told.text());
        told.header("location").to_owned()
    }

    async fn until(&self, href: &str, state: &str) -> Value {
        let mut last = Value::Null;
        for _ in 0..500 {
            last = self.ask(&format!("GET {href}")).await.json();
            if last["state"] == state {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it is not {state}: {last}");
    }
}

/// Files below a directory.
fn all_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("reads") {
        let path = entry.expect("reads").path();
        if path.is_dir() { all_files(&path, found) } else { found.push(path) }
    }
}

#[tokio::test]
async fn a_disk_that_is_full_fails_the_export_and_leaves_no_byte() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let service = Service::start(&world, dir.path(), Some(16)).await;
    let href = service.order("k").await;
    let body = service.until(&href, "failed").await;
    assert!(["drawing", "storage"].contains(&body["failure"].as_str().expect("a failure")));
    assert_eq!(left(dir.path()), Vec::<String>::new());
    assert_eq!(service.ask(&format!("GET {href}/file")).await.status, 409);
    let link = service.post(&format!("{href}/links"), "l", &json!({"bind": "none"})).await;
    assert_eq!(link.problem(), (409, "not-released".to_owned()));
    assert_eq!(service.ask(&format!("GET {href}/certificate")).await.status, 409);
    drop(service);
    // The same with room on the disk: it was the disk.
    let service = Service::start(&world, dir.path(), None).await;
    let href = service.order("k2").await;
    service.until(&href, "ready").await;
}

#[tokio::test]
async fn a_service_that_is_killed_leaves_nothing_readable_and_links_as_they_were() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let service = Service::start(&world, dir.path(), None).await;
    let hold = hold_at_first_page(&world).await;
    let href = service.order("k").await;
    until_held(&world).await;
    drop(service);
    // What lies there was drawn, and its key was in the memory of the dead process only.
    let mut files = Vec::new();
    all_files(&dir.path().join("files"), &mut files);
    let drawn: Vec<Vec<u8>> = files
        .iter()
        .map(|it| std::fs::read(it).expect("reads"))
        .filter(|it| !it.is_empty())
        .collect();
    assert!(!drawn.is_empty(), "nothing was drawn before it was killed");
    for bytes in drawn {
        assert!(bytes.starts_with(b"shikiri2"));
        assert!(!bytes.windows(4).any(|it| it == b"%PDF" || it == b"obj\n"));
    }
    let mut keys = Vec::new();
    all_files(&dir.path().join("keys/files"), &mut keys);
    assert!(keys.iter().all(|it| it.ends_with("lock")), "{keys:?}");
    drop(hold);
    let mut root = Wire::connect(&world.superuser_url()).await;
    let aged =
        "update shikiri_ops.export_ledger set lease_until = clock_timestamp() - interval '1 s'";
    root.must(aged).await;
    let service = Service::start(&world, dir.path(), None).await;
    let body = service.until(&href, "failed").await;
    assert_eq!(body["failure"], "interrupted");
    assert_eq!(left(dir.path()), Vec::<String>::new());
    assert_eq!(service.ask(&format!("GET {href}/file")).await.status, 409);
    // Released, with a link; then killed: the link is as good as before, once.
    let href = service.order("k2").await;
    service.until(&href, "ready").await;
    let link = service.post(&format!("{href}/links"), "l", &json!({"bind": "none"})).await;
    let link = link.header("location").to_owned();
    drop(service);
    let service = Service::start(&world, dir.path(), None).await;
    let told = ask_at(service.address, &format!("GET {link}")).send().await;
    assert_eq!(told.status, 200);
    assert!(told.body.starts_with(b"%PDF-"));
    service.until(&href, "delivered").await;
    let told = ask_at(service.address, &format!("GET {link}")).send().await;
    assert_eq!(told.problem(), (410, "link-spent".to_owned()));
}
