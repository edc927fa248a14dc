//! One request to every route of the table, with ids and bodies that fit.

use serde_json::{Value, json};
use shikiri::{
    http::Route,
    testkit::{A, PASSWORD, SLIPS_A, Served},
};

use crate::http::{
    client::{Ask, ask, credentials, log_in},
    exports::ended,
};

/// Ids of biller A, and bodies that would succeed.
pub struct Fit {
    session_id: String,
    user_id: String,
    export_id: String,
    /// Bound to the admin's session.
    link: String,
}

impl Fit {
    /// Makes what the requests need, as A's admin. The session is the clerk's.
    pub async fn new(served: &Served, admin: &str) -> Fit {
        let clerk = log_in(served, &A, "clerk").await;
        let me = ask(served, "GET /v1/me").token(&clerk).send().await.json();
        let order = ask(served, "POST /v1/exports").token(admin).key("of-the-fit");
        let told = order.json(&export()).send().await;
        let href = told.header("location").to_owned();
        assert_eq!(ended(served, admin, &href).await["state"], "ready");
        let link = ask(served, &format!("POST {href}/links")).token(admin);
        let link = link.json(&json!({"bind": "session", "ttl_s": 900})).send().await;
        let link = link.header("location").trim_start_matches("/d/").to_owned();
        let text = |it: &Value| it.as_str().expect("an id").to_owned();
        Fit {
            session_id: text(&me["session"]["id"]),
            user_id: text(&me["user"]["id"]),
            export_id: text(&told.json()["id"]),
            link,
        }
    }

    /// Method and path of a route, with A's id in it.
    pub fn line(&self, route: &Route) -> String {
        let id = match route.path.split('/').nth(2) {
            Some("{id}") if route.path == "/d/{id}" => &self.link,
            Some("sessions") => &self.session_id,
            Some("users") => &self.user_id,
            Some("exports") => &self.export_id,
            Some("slips") => "0000000000000002-0",
            _ => "",
        };
        assert!(!id.is_empty() || !route.path.contains('{'), "no id for {}", route.path);
        format!("{} {}", route.method, route.path.replace("{id}", id))
    }

    /// A whole request that fits a route.
    pub fn ask(&self, served: &Served, route: &Route) -> Ask {
        let mut it = ask(served, &self.line(route));
        if route.keyed {
            it = it.key("a-key");
        }
        match body(route) {
            Some(body) => it.json(&body),
            None => it,
        }
    }
}

fn export() -> Value {
    json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}})
}

/// A body that the route takes. A route that takes one and is not here fails.
pub fn body(route: &Route) -> Option<Value> {
    let new = "an entirely new password";
    Some(match (route.method, route.path) {
        ("GET" | "DELETE", _) | ("POST", "/v1/sessions/current/refresh") => return None,
        ("POST", "/v1/sessions") => credentials(&A, "admin", "parallel"),
        ("POST", "/v1/users") => json!({
            "login": "hanako", "display_name": "花子", "role": "clerk", "password": new,
        }),
        ("POST", "/v1/slips") => json!({
            "bill_number": "0000000000007000", "customer_number": "C1", "customer_name": "淡路",
            "amount_yen": 1000,
        }),
        ("POST", "/v1/exports") => export(),
        ("POST", "/v1/exports/{id}/links") => json!({"bind": "none"}),
        ("POST", "/v1/exports/{id}/recall") => json!({"reason": "wrong filter"}),
        ("POST", "/v1/exports/{id}/reprint") => json!({"pages": "2-3"}),
        ("PUT", "/v1/me/password") => json!({"current_password": PASSWORD, "new_password": new}),
        ("PUT", "/v1/users/{id}/password") => json!({"new_password": new}),
        (method, path) => panic!("no body is known for {method} {path}"),
    })
}
