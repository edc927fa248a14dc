//! One request to every route of the table, with ids and bodies that fit.

use serde_json::{Value, json};
use shikiri::{
    domain::{ExportId, OnConflict},
    http::Route,
    statements::sessions::LoginOutcome,
    testkit::{A, PASSWORD, SLIPS_A, Served, World},
};

use crate::http::{
    client::{Ask, ask, credentials, log_in},
    exports::{abandoned, ended},
    payments,
};

/// Ids of biller A, and bodies that would succeed.
pub struct Fit {
    session_id: String,
    user_id: String,
    export_id: String,
    import_id: String,
    payment_import_id: String,
    /// The tag of A's slip.
    etag: String,
    /// One that waits, and that no process will run.
    waiting_id: String,
    /// Bound to the admin's session.
    link: String,
    /// Of a page of the export.
    page_code: String,
}

/// A slip of A that may be changed.
const SLIP: &str = "0000000000000002-0";

impl Fit {
    /// Makes what the requests need, as A's admin. The session is the clerk's.
    pub async fn new(world: &World, served: &Served, admin: &str) -> Fit {
        let clerk = log_in(served, &A, "clerk").await;
        let me = ask(served, "GET /v1/me").token(&clerk).send().await.json();
        let order = ask(served, "POST /v1/exports").token(admin).key("of-the-fit");
        let told = order.json(&export()).send().await;
        let href = told.header("location").to_owned();
        assert_eq!(ended(served, admin, &href).await["state"], "ready");
        let import = ask(served, "POST /v1/slip-imports?mode=dry_run").token(admin).key("fit");
        let import = import.header("content-type", "text/csv").bytes(slips_file()).send().await;
        // A bill that nobody has: nothing that is asked for below is paid by it.
        let paid = payments::Paid::of(A.code, "0000000000009999", 0, 1).line();
        let settled = payments::send(served, admin, "fit", "dsk_13", &paid).await;
        let slip = ask(served, &format!("GET /v1/slips/{SLIP}")).token(admin).send().await;
        let beside = world.try_login(A.code, "admin", PASSWORD, OnConflict::Parallel).await;
        let Ok(LoginOutcome::Opened(opened)) = beside else { panic!("a second session") };
        let waiting = abandoned(world, &world.session(&opened)).await;
        let link = ask(served, &format!("POST {href}/links")).token(admin);
        let link = link.json(&json!({"bind": "session", "ttl_s": 900})).send().await;
        let link = link.header("location").trim_start_matches("/d/").to_owned();
        let text = |it: &Value| it.as_str().expect("an id").to_owned();
        let id = ExportId(text(&told.json()["id"]).parse().expect("an id"));
        Fit {
            session_id: text(&me["session"]["id"]),
            user_id: text(&me["user"]["id"]),
            export_id: text(&told.json()["id"]),
            import_id: text(&import.json()["id"]),
            payment_import_id: text(&settled.json()["id"]),
            etag: slip.header("etag").to_owned(),
            waiting_id: waiting.to_string(),
            link,
            page_code: served.page_code(id, 2),
        }
    }

    /// Method and path of a route, with A's id in it.
    pub fn line(&self, route: &Route) -> String {
        let id = match route.path.split('/').nth(2) {
            Some("{id}") if route.path == "/d/{id}" => &self.link,
            Some("sessions") => &self.session_id,
            Some("users") => &self.user_id,
            Some("exports") if route.path.ends_with("/cancel") => &self.waiting_id,
            Some("exports") => &self.export_id,
            Some("slips") => SLIP,
            Some("slip-imports") => &self.import_id,
            Some("payment-imports") => &self.payment_import_id,
            _ => "",
        };
        assert!(!id.is_empty() || !route.path.contains('{'), "no id for {}", route.path);
        format!("{} {}", route.method, route.path.replace("{id}", id))
    }

    /// A whole request that fits a route.
    pub fn ask(&self, served: &Served, route: &Route) -> Ask {
        let file = file(route);
        let query = file.as_ref().map_or("", |(query, _)| query);
        let mut it = ask(served, &format!("{}{query}", self.line(route)));
        if route.keyed {
            it = it.key("a-key");
        }
        if route.conditional {
            it = it.header("if-match", &self.etag);
        }
        if let Some((_, bytes)) = file {
            return it.header("content-type", "text/csv").bytes(bytes);
        }
        match body(route) {
            Some(_) if route.path == "/v1/page-codes/resolve" => {
                it.json(&json!({"code": self.page_code}))
            }
            Some(body) => it.json(&body),
            None => it,
        }
    }
}

fn export() -> Value {
    json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}})
}

/// A file that registers one slip of A.
fn slips_file() -> String {
    "bill_number,customer_number,customer_name,amount_yen\n0000000000007000,C1,淡路,1000\n"
        .to_owned()
}

/// The query and the file of a route that takes one.
fn file(route: &Route) -> Option<(&'static str, String)> {
    match (route.method, route.path) {
        ("POST", "/v1/slip-imports") => Some(("?mode=commit", slips_file())),
        ("POST", "/v1/payment-imports") => {
            let paid = payments::Paid::of(A.code, "0000000000000002", 0, 1_997);
            Some(("?layout=dsk_13", paid.line()))
        }
        _ => None,
    }
}

/// A body that the route takes. A route that takes one and is not here fails.
pub fn body(route: &Route) -> Option<Value> {
    let new = "an entirely new password";
    Some(match (route.method, route.path) {
        ("GET" | "DELETE", _)
        | ("POST", "/v1/sessions/current/refresh" | "/v1/exports/{id}/event-tokens") => {
            return None;
        }
        _ if route.upload => return None,
        ("POST", "/v1/sessions") => credentials(&A, "admin", "parallel"),
        ("POST", "/v1/users") => json!({
            "login": "hanako", "display_name": "花子", "role": "clerk", "password": new,
        }),
        ("POST", "/v1/slips") => json!({
            "bill_number": "0000000000007000", "customer_number": "C1", "customer_name": "淡路",
            "amount_yen": 1000,
        }),
        ("POST", "/v1/slips/{id}/reissue") => {
            json!({"reason": "宛名違い", "due_date": "2090-12-31"})
        }
        ("POST", "/v1/slips/{id}/void") => json!({"reason": "二重請求"}),
        ("POST", "/v1/barcode/verify") => {
            json!({"barcode": "91912345678900123456789012345015123100108002"})
        }
        ("POST", "/v1/page-codes/resolve") => json!({"code": "0".repeat(40)}),
        ("POST", "/v1/exports") => export(),
        ("POST", "/v1/previews") => json!({"report": "slip_list", "filter": {"all": true}}),
        ("POST", "/v1/exports/{id}/cancel") => json!({"at_page": null, "reason": "違う"}),
        ("POST", "/v1/exports/{id}/print-reports") => json!({"last_printed_page": 2}),
        ("POST", "/v1/exports/{id}/links") => json!({"bind": "none"}),
        ("POST", "/v1/exports/{id}/recall") => json!({"reason": "wrong filter"}),
        ("POST", "/v1/exports/{id}/reprint") => json!({"pages": "2-3"}),
        ("PUT", "/v1/me/password") => json!({"current_password": PASSWORD, "new_password": new}),
        ("PUT", "/v1/users/{id}/password") => json!({"new_password": new}),
        (method, path) => panic!("no body is known for {method} {path}"),
    })
}
