//! Every route x who calls it -> what they get: `tests/golden/access_matrix.txt`.

use std::fmt::Write;

use serde_json::json;
use shikiri::{
    http::{Auth, ROUTES, Route},
    statements::operator::SuspendTenant,
    testkit::{A, B, Served, World},
};

use crate::{
    golden,
    http::{
        client::{Ask, Told, ask, credentials, log_in},
        routes::Fit,
    },
};

/// Status, and the code of a problem.
fn cell(told: &Told) -> String {
    match told.json()["code"].as_str() {
        Some(code) if told.status != 200 => format!("{} {code}", told.status),
        _ => told.status.to_string(),
    }
}

/// A login has no token: who calls is in its body.
fn login_of_b(served: &Served) -> Ask {
    ask(served, "POST /v1/sessions").json(&credentials(&B, "admin", "parallel"))
}

/// Sessions of a third user of A, who is a clerk: one that was taken over, and the one that did it. The fit's ids speak
/// of the first clerk's session.
async fn third_user(served: &Served, admin: &str) -> [String; 2] {
    let password = "a third user's password";
    let user = json!({
        "login": "third", "display_name": "三", "role": "clerk", "password": password,
    });
    let add = ask(served, "POST /v1/users").token(admin).key("third").json(&user);
    assert_eq!(add.send().await.status, 201);
    let mut login = credentials(&A, "third", "take_over");
    login["password"] = json!(password);
    let first = ask(served, "POST /v1/sessions").json(&login).send().await;
    let second = ask(served, "POST /v1/sessions").json(&login).send().await;
    assert_eq!(second.status, 201);
    [first, second].map(|it| it.json()["token"].as_str().expect("a token").to_owned())
}

/// A clerk of the same biller, in a world where nobody has asked yet.
async fn clerk(route: &Route) -> String {
    if route.auth != Auth::Session {
        return "-".to_owned();
    }
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &admin).await;
    let [_, clerk] = third_user(&served, &admin).await;
    cell(&fit.ask(&served, route).token(&clerk).send().await)
}

async fn row(route: &Route) -> String {
    let world = World::new().await;
    let served = world.serve().await;
    let admin = log_in(&served, &A, "admin").await;
    let fit = Fit::new(&world, &served, &admin).await;
    let [superseded, _] = third_user(&served, &admin).await;
    let other = log_in(&served, &B, "admin").await;
    let login = route.path == "/v1/sessions" && route.method == "POST";
    let none = cell(&fit.ask(&served, route).send().await);
    let others = match route.path.contains("{id}") {
        true => cell(&fit.ask(&served, route).token(&other).send().await),
        false => "-".to_owned(),
    };
    let by_superseded = match login {
        true => "-".to_owned(),
        false => cell(&fit.ask(&served, route).token(&superseded).send().await),
    };
    let suspend = SuspendTenant { tenant_code: B.code.to_owned(), suspend: true };
    world.operator().await.call(&suspend).await.expect("suspends");
    let by_suspended = match login {
        true => cell(&login_of_b(&served).send().await),
        false => cell(&fit.ask(&served, route).token(&other).send().await),
    };
    // Last, so that what was refused above was there to be had until now.
    let own = own(&served, &fit, route, &admin).await;
    let clerk = clerk(route).await;
    let name = format!("{} {}", route.method, route.path);
    format!(
        "{name:<36} | {own:<4} | {clerk:<26} | {none:<20} | {others:<14} | {by_superseded:<22} | {by_suspended}"
    )
}

/// The privileged success, without which a refusal proves nothing.
async fn own(served: &Served, fit: &Fit, route: &Route, admin: &str) -> String {
    let mut request = fit.ask(served, route);
    // The fit's link is bound to the admin's session.
    if route.auth == Auth::Session || route.path == "/d/{id}" {
        request = request.token(admin);
    }
    let told = request.send().await;
    let (method, path) = (route.method, route.path);
    assert!((200..300).contains(&told.status), "{method} {path} for its owner: {}", told.text());
    cell(&told)
}

#[tokio::test]
async fn every_route_answers_each_caller_as_the_golden_matrix_says() {
    let mut text = String::from(
        "# Every route x who calls it -> status and problem code. Written by tests/it/http/access_matrix.rs.\n\
         # own: an admin of the biller the id is of. other: an admin of another biller, with that id. superseded: a session\n\
         # that a later login took over. suspended: a biller that the operator has suspended. -: the case cannot be.\n\
         # clerk: a clerk of the biller the id is of, in a world where nobody has asked before; the password and the session\n\
         # that the request names are another user's.\n",
    );
    let head = ["own", "clerk", "no credential", "other", "superseded", "suspended"];
    writeln!(
        text,
        "{:<36} | {:<4} | {:<26} | {:<20} | {:<14} | {:<22} | {}",
        "route", head[0], head[1], head[2], head[3], head[4], head[5]
    )
    .expect("a String takes it");
    for route in ROUTES {
        writeln!(text, "{}", row(route).await).expect("a String takes it");
    }
    golden::same("access_matrix.txt", &text);
}
