//! Users.

mod add;
mod list;
mod reset_password;

use serde_json::{Value, json};
use shikiri::testkit::Served;

use crate::http::client::ask;

fn new_user(login: &str) -> Value {
    json!({
        "login": login, "display_name": "山田　花子", "role": "clerk",
        "password": "a password for a start",
    })
}

async fn id_of(served: &Served, token: &str, login: &str) -> String {
    let users = ask(served, "GET /v1/users").token(token).send().await.json();
    let users = users["data"].as_array().expect("a list").clone();
    let user = users.into_iter().find(|it| it["login"] == login).expect("is there");
    user["id"].as_str().expect("an id").to_owned()
}
