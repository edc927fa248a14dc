//! A Postgres in a container, and that it ends with the process that started it. Run in the docker leg only.

use std::{process::Command, thread, time::Duration};

use shikiri::{
    lab::{
        Error,
        container::{Container, Options, Storage},
    },
    testkit::{IMAGE_DEFAULT, Settings},
};

use crate::support::{child, connect, is_child, text, within};

fn options(storage: Storage) -> Options {
    let image =
        Settings::from_env().expect("readable").image.unwrap_or_else(|| IMAGE_DEFAULT.to_owned());
    Options {
        image,
        storage,
        max_connections: 19,
        settings: vec![("shikiri.note".to_owned(), "a b".to_owned())],
    }
}

fn start(storage: Storage) -> Container {
    Container::start(options(storage)).expect("starts")
}

/// Whether the engine still knows a container, by its command line client.
fn exists(id: &str) -> bool {
    let answer =
        Command::new("docker").args(["inspect", "--format", "{{.State.Status}}", id]).output();
    answer.expect("the docker client is installed").status.success()
}

#[tokio::test]
#[ignore = "needs a Docker engine with the test image: ./test --only docker"]
async fn serves_queries_over_tcp_with_a_password_and_goes_when_dropped() {
    for storage in [Storage::Tmpfs, Storage::Plain] {
        let container = start(storage);
        let id = container.id().to_owned();
        let conninfo = container.conninfo("postgres", "postgres");
        let client = connect(&conninfo).await;
        assert!(text(&client, "show server_version").await.starts_with(container.version()));
        assert_eq!(text(&client, "show max_connections").await, "19");
        assert_eq!(text(&client, "show shikiri.note").await, "a b");
        let wrong = conninfo.replace("password=", "password=x");
        assert!(tokio_postgres::connect(&wrong, tokio_postgres::NoTls).await.is_err());
        assert!(exists(&id));
        drop(container);
        assert!(!exists(&id));
    }
}

#[test]
#[ignore = "needs a Docker engine with the test image: ./test --only docker"]
fn it_outlives_neither_a_normal_exit_nor_a_killed_process() {
    let leaver = child("container::parent_that_returns");
    let victim = child("container::parent_that_is_killed");
    let (left, orphaned) = (leaver.said().to_owned(), victim.said().to_owned());
    assert!(leaver.succeeded());
    assert!(exists(&left) && exists(&orphaned));
    within(Duration::from_secs(30), "container of an ended process gone", || !exists(&left));
    // That took as long as a container is patient: the other one is alive because its signs of life arrive.
    assert!(exists(&orphaned));
    victim.kill();
    within(Duration::from_secs(30), "container of a killed process gone", || !exists(&orphaned));
}

#[test]
#[ignore = "a child process of it_outlives_neither_a_normal_exit_nor_a_killed_process"]
fn parent_that_returns() {
    if is_child() {
        let container = Box::leak(Box::new(start(Storage::Tmpfs))); // as a static is: never dropped
        println!("child: {}", container.id());
    }
}

#[test]
#[ignore = "a child process of it_outlives_neither_a_normal_exit_nor_a_killed_process"]
fn parent_that_is_killed() {
    if is_child() {
        let container = start(Storage::Tmpfs);
        println!("child: {}", container.id());
        thread::sleep(Duration::from_secs(120));
    }
}

#[test]
fn an_image_that_is_not_local_is_not_pulled() {
    let image = "shikiri-no-such-image:1".to_owned();
    let refused = Container::start(Options { image, ..options(Storage::Tmpfs) });
    let Err(Error::NoContainer(reason)) = refused else { panic!("{refused:?}") };
    assert!(
        reason.contains("no Docker engine answers") || reason.contains("is not in the engine"),
        "{reason}"
    );
}
