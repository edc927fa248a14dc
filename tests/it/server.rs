//! The choice of the tests' server.

use shikiri::{
    lab::{Conninfo, Error},
    testkit::{Choice, Settings, TestServer, server},
};

use crate::support::{connect, text};

fn settings(choice: Choice) -> Settings {
    Settings { choice, ..Settings::from_env().expect("readable") }
}

#[tokio::test]
async fn every_caller_gets_the_same_server() {
    let (one, other) = (server().expect("starts"), server().expect("starts"));
    assert!(std::ptr::eq(one, other));
    let client = connect(&one.superuser()).await;
    assert_eq!(text(&client, "show is_superuser").await, "on");
}

#[tokio::test]
async fn a_role_made_with_the_password_gets_in() {
    let server = server().expect("starts");
    let root = connect(&server.superuser()).await;
    let password = server.password().map_or("null".to_owned(), |password| format!("'{password}'"));
    root.batch_execute("drop role if exists it_guest").await.expect("is allowed");
    root.batch_execute(&format!("create role it_guest login password {password}"))
        .await
        .expect("is allowed");
    let guest = connect(&server.conninfo("it_guest", "postgres")).await;
    assert_eq!(text(&guest, "select current_user::text").await, "it_guest");
}

#[tokio::test]
async fn a_given_server_is_used_as_it_is() {
    let own = server().expect("starts");
    let database = Some(Conninfo::parse(&own.superuser()).expect("readable"));
    for choice in [Choice::Url, Choice::Auto] {
        let given =
            TestServer::choose(&Settings { database: database.clone(), ..settings(choice) })
                .expect("is there");
        assert!(given.describe().contains("SHIKIRI_TEST_DATABASE_URL"));
        let client = connect(&given.conninfo("postgres", "template1")).await;
        assert_eq!(text(&client, "select current_database()::text").await, "template1");
    }
}

#[test]
fn what_was_asked_for_is_not_replaced_by_something_else() {
    let without = Settings { database: None, ..settings(Choice::Url) };
    assert!(matches!(
        TestServer::choose(&without),
        Err(Error::Setting { name: "SHIKIRI_TEST_DATABASE_URL", .. })
    ));
    let image = Some("shikiri-no-such-image:1".to_owned());
    let without = Settings { image: image.clone(), ..settings(Choice::Docker) };
    assert!(matches!(TestServer::choose(&without), Err(Error::NoContainer(_))));
}

#[test]
fn the_line_says_why_it_is_not_a_container() {
    let image = Some("shikiri-no-such-image:1".to_owned());
    let settings = Settings { image, database: None, ..settings(Choice::Auto) };
    let line = TestServer::choose(&settings).expect("starts").describe();
    assert!(
        line.starts_with("local PostgreSQL ") && line.contains("(launcher; no container: "),
        "{line}"
    );
}
