//! The launcher: a Postgres from binaries on this machine that leaves nothing behind.

use std::{
    fs,
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use shikiri::{
    lab::{Error, Launcher, Options, Server},
    testkit::Settings,
};
use tempfile::TempDir;

use crate::support::{child, connect, is_child, text, within};

/// The binaries of the other tests, so that each run of the suite covers one version.
fn options() -> Options {
    let settings = Settings::from_env().expect("readable");
    Options { binaries: settings.binaries, search_path: settings.search_path, ..Options::default() }
}

fn start(options: Options) -> Server {
    Launcher::start(options).expect("starts")
}

/// A directory the server's user can get into, also when root runs the tests.
fn open_directory() -> TempDir {
    let made = tempfile::tempdir().expect("temporary directory");
    fs::set_permissions(made.path(), Permissions::from_mode(0o755)).expect("ours");
    made
}

fn postmaster(cluster: &Path) -> Pid {
    let file = fs::read_to_string(cluster.join("postmaster.pid")).expect("a server runs");
    Pid::from_raw(file.lines().next().expect("first line").trim().parse().expect("a number"))
}

fn is_gone(process: Pid) -> bool {
    kill(process, None).is_err()
}

#[tokio::test]
async fn serves_queries_over_a_private_socket_only() {
    let server = start(Options { max_connections: 17, ..options() });
    let mode = fs::metadata(server.dir()).expect("is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let client = connect(&server.conninfo("postgres", "postgres")).await;
    assert!(text(&client, "show server_version").await.starts_with(server.version()));
    assert_eq!(text(&client, "show listen_addresses").await, "");
    assert_eq!(text(&client, "show max_connections").await, "17");
    assert_eq!(
        text(&client, "select pg_encoding_to_char(encoding)::text from pg_database limit 1").await,
        "UTF8"
    );
    if geteuid().is_root() {
        let owner = fs::metadata(server.dir().join("cluster/PG_VERSION")).expect("is there");
        assert_ne!(
            std::os::unix::fs::MetadataExt::uid(&owner),
            0,
            "PostgreSQL does not run as root"
        );
    }
}

#[tokio::test]
async fn takes_more_settings_and_lets_them_win() {
    let more = [("max_connections", "23"), ("shikiri.note", "it's a \\ test")];
    let more = more.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let server = start(Options { settings: more, ..options() });
    let client = connect(&server.conninfo("postgres", "postgres")).await;
    assert_eq!(text(&client, "show max_connections").await, "23");
    assert_eq!(text(&client, "show shikiri.note").await, "it's a \\ test");
}

#[test]
fn stopping_removes_server_and_directory() {
    let server = start(options());
    let (dir, process) = (server.dir().to_path_buf(), postmaster(&server.dir().join("cluster")));
    assert!(!is_gone(process));
    server.stop().expect("stops");
    assert!(is_gone(process));
    assert!(!dir.exists());
}

#[tokio::test]
async fn a_killed_parent_leaves_no_server_and_no_directory() {
    let parent = child("launcher::parent_that_is_killed");
    let dir = PathBuf::from(parent.said());
    let process = postmaster(&dir.join("cluster"));
    let client = connect(&format!("host={} user=postgres", dir.display())).await;
    assert_eq!(text(&client, "select 'alive'").await, "alive");
    parent.kill();
    within(Duration::from_secs(10), "server gone", || is_gone(process));
    within(Duration::from_secs(10), "directory gone", || !dir.exists());
}

#[test]
#[ignore = "the child process of a_killed_parent_leaves_no_server_and_no_directory"]
fn parent_that_is_killed() {
    if is_child() {
        let server = start(options());
        println!("child: {}", server.dir().display());
        thread::sleep(Duration::from_secs(60));
    }
}

#[tokio::test]
async fn kept_data_survive_a_restart_and_a_crash() {
    let home = open_directory();
    let options = Options { data: Some(home.path().join("data")), ..options() };
    let server = start(options.clone());
    let client = connect(&server.conninfo("postgres", "postgres")).await;
    assert_eq!(text(&client, "show fsync").await, "on");
    client.batch_execute("create table kept as select 'first' as word").await.expect("is allowed");
    let (run, cluster) = (server.dir().to_path_buf(), home.path().join("data/cluster"));
    server.stop().expect("stops");
    assert!(!run.exists());

    let server = start(options.clone());
    let client = connect(&server.conninfo("postgres", "postgres")).await;
    assert_eq!(text(&client, "select word from kept").await, "first");
    // The machine loses power: the pid file stays behind and must not be taken for a ready server.
    kill(postmaster(&cluster), Signal::SIGKILL).expect("is ours");
    drop(server);
    assert!(cluster.join("postmaster.pid").exists());

    let server = start(options);
    let client = connect(&server.conninfo("postgres", "postgres")).await;
    assert_eq!(text(&client, "select word from kept").await, "first");
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let home = open_directory();
    fs::write(home.path().join("letter"), "dear").expect("ours");
    let refused = Launcher::start(Options { data: Some(home.path().to_path_buf()), ..options() });
    assert!(matches!(refused, Err(Error::NotOurs(dir)) if dir == home.path()));
    assert!(home.path().join("letter").exists());
}

#[test]
fn data_of_another_major_version_are_refused_by_name() {
    let home = open_directory();
    let cluster = home.path().join("cluster");
    fs::create_dir(&cluster).expect("ours");
    fs::write(cluster.join("PG_VERSION"), "9.6\n").expect("ours");
    let refused = Launcher::start(Options { data: Some(home.path().to_path_buf()), ..options() });
    assert!(matches!(refused, Err(Error::OtherVersion { data, .. }) if data == "9.6"));
}

#[test]
fn a_server_that_refuses_its_settings_says_why_and_leaves_nothing() {
    let temporary = open_directory();
    let wrong = vec![("no_such_setting".to_owned(), "on".to_owned())];
    let refused = Launcher::start(Options {
        settings: wrong,
        temporary: temporary.path().to_path_buf(),
        ..options()
    });
    let Err(Error::NotStarted(log)) = refused else { panic!("{refused:?}") };
    assert!(log.contains("no_such_setting"), "{log}");
    assert_eq!(fs::read_dir(temporary.path()).expect("is there").count(), 0);
}

#[test]
fn binaries_that_are_named_must_be_there_and_run() {
    let home = open_directory();
    let named = Options { binaries: Some(home.path().to_path_buf()), ..Options::default() };
    assert!(matches!(Launcher::start(named.clone()), Err(Error::NotBinaries(_))));
    for program in ["initdb", "postgres"] {
        fs::write(home.path().join(program), "#!/bin/sh\n").expect("ours");
    }
    // Not executable: what a server's user sees of binaries in somebody's home.
    assert!(matches!(Launcher::start(named), Err(Error::Unrunnable { .. })));
}

#[test]
fn a_socket_path_that_is_too_long_is_refused_before_it_fails() {
    let home = open_directory();
    let deep = home.path().join("d".repeat(90));
    fs::create_dir(&deep).expect("ours");
    let refused = Launcher::start(Options { temporary: deep.clone(), ..options() });
    assert!(matches!(refused, Err(Error::SocketPathTooLong(_))));
    assert_eq!(fs::read_dir(&deep).expect("is there").count(), 0);
}

#[test]
fn psql_reads_the_connection_string_too() {
    let server = start(options());
    let answer = Command::new("psql")
        .args(["-Atc", "select 6 * 7", &server.conninfo("postgres", "postgres")])
        .output();
    let answer = answer.expect("psql comes with the server");
    assert_eq!(
        String::from_utf8_lossy(&answer.stdout).trim(),
        "42",
        "{}",
        String::from_utf8_lossy(&answer.stderr)
    );
}
