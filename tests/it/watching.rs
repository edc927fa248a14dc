//! `shikiri export` and `shikiri verify chain` as a person meets them: the process, its words, Ctrl-C.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use shikiri::testkit::{A, SLIPS_A, Served, World};

use crate::{
    exports::accidents::{hold_at_first_page, until_held},
    http::{
        client::{ask, log_in},
        exports::{all, order},
    },
};

fn shikiri(served: &Served, token: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command
        .args(args)
        .env("SHIKIRI_URL", format!("http://{}", served.address))
        .env("SHIKIRI_TOKEN", token)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it beside the service, which lives in this process.
async fn ran(mut command: Command) -> (bool, String, String) {
    let done = tokio::task::spawn_blocking(move || command.output().expect("runs")).await;
    let done = done.expect("ends");
    let text = |it: Vec<u8>| String::from_utf8(it).expect("UTF-8");
    (done.status.success(), text(done.stdout), text(done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_watched_and_left_alone_by_ctrl_c() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let told = order(&served, &token, "k", &all(SLIPS_A)).await;
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    until_held(&world).await;
    // Nobody is there to be asked: Ctrl-C stops the watching, not the export.
    let mut left = shikiri(&served, &token, &["export", "watch", &id]).spawn().expect("starts");
    let process = i32::try_from(left.id()).expect("a process id");
    let said = BufReader::new(left.stderr.take().expect("is piped"));
    let ended = tokio::task::spawn_blocking(move || {
        let mut said = said.lines().map_while(Result::ok);
        // It has told where the export stands: it watches.
        assert_eq!(said.next().as_deref(), Some("running: 0 of 3 pages"));
        kill(Pid::from_raw(process), Signal::SIGINT).expect("is ours");
        let said: Vec<String> = said.collect();
        (left.wait().expect("ends").success(), said.join("\n"))
    });
    let (well, said) = ended.await.expect("ends");
    assert!(!well && said.contains("the export goes on"), "{said}");
    let state = ask(&served, &format!("GET /v1/exports/{id}")).token(&token).send().await.json();
    assert_eq!(state["state"], "running");
    drop(hold);
    let (well, out, err) = ran(shikiri(&served, &token, &["export", "watch", &id])).await;
    assert!(well, "{out}{err}");
    assert_eq!(out, "ready: 3 pages, 45 rows\n");
    let (well, _, err) = ran(shikiri(&served, &token, &["export", "cancel", &id])).await;
    assert!(!well && err.contains("409 already-final"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_cancelled_from_the_command_line_and_the_watcher_says_so() {
    let world = World::new().await;
    let served = world.serve().await;
    let session = world.login(&A, "admin").await;
    let token = log_in(&served, &A, "clerk").await;
    let id = crate::http::exports::abandoned(&world, &session).await.to_string();
    let watcher = tokio::spawn(ran(shikiri(&served, &token, &["export", "watch", &id])));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let cancel = ["export", "cancel", &id, "--reason", "違う"];
    let (well, out, err) = ran(shikiri(&served, &token, &cancel)).await;
    assert!(well, "{err}");
    assert_eq!(out, "cancelled: 0 pages were produced, nothing is released\n");
    let (well, out, err) = watcher.await.expect("ends");
    assert!(!well && err.contains("nothing was released"), "{out}{err}");
    // A token is read from a file as well, and never sent to another machine in the clear.
    let mut elsewhere = shikiri(&served, &token, &cancel);
    elsewhere.env("SHIKIRI_URL", "http://shikiri.example");
    let (well, _, err) = ran(elsewhere).await;
    assert!(!well && err.contains("https only") && !err.contains(&token), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_verified_over_rest_and_from_the_saved_file_and_a_changed_file_is_broken() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "admin").await;
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("events.jsonl");
    let path = file.to_str().expect("UTF-8");
    let (well, out, err) =
        ran(shikiri(&served, &token, &["verify", "chain", "--save", path])).await;
    assert!(well && out.starts_with("whole: "), "{out}{err}");
    let offline = |path: &str| {
        let mut command = shikiri(&served, "", &["verify", "chain", "--file", path]);
        command.env_remove("SHIKIRI_URL").env_remove("SHIKIRI_TOKEN");
        ran(command)
    };
    let (well, again, err) = offline(path).await;
    assert!(well && again == out, "{again}{err}");
    let text = fs::read_to_string(&file).expect("reads");
    fs::write(&file, text.replacen("session.opened", "session.0pened", 1)).expect("writes");
    let (well, out, err) = offline(path).await;
    assert!(!well && err.contains("BROKEN at event"), "{out}{err}");
}
