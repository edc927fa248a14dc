//! `POST /v1/slips/{id}/void`.

use serde_json::{Value, json};
use shikiri::testkit::{A, B, Served, World};

use crate::{
    http::client::{Told, ask, assert_problem, log_in},
    support,
};

const ID: &str = "0000000000000002-0";

/// The slip as it is, and its tag.
pub async fn see(served: &Served, token: &str, id: &str) -> (Value, String) {
    let told = ask(served, &format!("GET /v1/slips/{id}")).token(token).send().await;
    assert_eq!(told.status, 200, "{}", told.text());
    (told.json(), told.header("etag").to_owned())
}

/// Sends a change of a slip.
pub async fn change(
    served: &Served,
    token: &str,
    line: &str,
    key: &str,
    tag: &str,
    body: &Value,
) -> Told {
    let ask = ask(served, line).token(token).key(key).json(body);
    if tag.is_empty() { ask.send().await } else { ask.header("if-match", tag).send().await }
}

async fn void(served: &Served, token: &str, key: &str, tag: &str) -> Told {
    let line = format!("POST /v1/slips/{ID}/void");
    change(served, token, &line, key, tag, &json!({"reason": "二重請求"})).await
}

/// What the chain of A says of an action.
pub async fn noted(world: &World, action: &str) -> String {
    let owner = support::connect(&world.superuser_url()).await;
    let query = format!(
        "select count(*)::text from shikiri.audit_event e join shikiri_ops.tenant t using (tenant_id) \
         where e.action = '{action}' and t.tenant_code = '{}'",
        A.code
    );
    support::text(&owner, &query).await
}

#[tokio::test]
async fn a_slip_is_voided_once_by_one_who_saw_it() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let (before, tag) = see(&served, &token, ID).await;
    assert_eq!((&before["state"], &before["payment"]), (&json!("issued"), &json!("none")));
    assert_problem(&void(&served, &token, "k0", "").await, 428, "etag-required");
    assert_problem(&void(&served, &token, "k0", "\"other\"").await, 412, "etag-mismatch");
    assert_eq!(see(&served, &token, ID).await, (before.clone(), tag.clone()));
    assert_eq!(noted(&world, "slip.voided").await, "0");
    let done = void(&served, &token, "k1", &tag).await;
    assert_eq!((done.status, &done.json()["state"]), (200, &json!("void")), "{}", done.text());
    let (after, new_tag) = see(&served, &token, ID).await;
    assert_eq!((&after, new_tag.as_str()), (&done.json(), done.header("etag")));
    assert_ne!(new_tag, tag);
    let again = void(&served, &token, "k1", &tag).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, "true"));
    assert_eq!(again.body, done.body);
    assert_problem(&void(&served, &token, "k2", &tag).await, 412, "etag-mismatch");
    let told = void(&served, &token, "k2", &new_tag).await;
    assert_problem(&told, 409, "wrong-state");
    assert_eq!(told.json()["state"], "void");
    assert_eq!(noted(&world, "slip.voided").await, "1");
    // In the list too, and nobody else's state changed.
    let list = ask(&served, "GET /v1/slips?limit=200").token(&token).send().await.json();
    let data = list["data"].as_array().expect("a list");
    let of = |state: &str| data.iter().filter(|it| it["state"] == state).count();
    assert_eq!((of("void"), of("issued") + of("expired")), (1, data.len() - 1));
    assert!(0 < of("issued") && 0 < of("expired"));
}

#[tokio::test]
async fn a_reason_is_needed_and_a_slip_of_another_biller_is_not_there() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let (_, tag) = see(&served, &a, ID).await;
    let line = format!("POST /v1/slips/{ID}/void");
    for body in [json!({}), json!({"reason": " "}), json!({"reason": 1}), json!({"reason": "a\nb"})]
    {
        let told = change(&served, &a, &line, "k", &tag, &body).await;
        assert_problem(&told, 422, "validation-failed");
        assert_eq!(told.json()["errors"][0]["pointer"], "/reason");
    }
    let body = json!({"reason": "x"});
    let not_yours = change(&served, &b, &line, "k", &tag, &body).await;
    assert_problem(&not_yours, 404, "not-found");
    for id in ["9999999999999999-0", "x"] {
        for verb in ["void", "reissue"] {
            let line = format!("POST /v1/slips/{id}/{verb}");
            let not_there = change(&served, &b, &line, "k", "*", &body).await;
            assert_eq!((not_there.status, &not_there.body), (404, &not_yours.body));
        }
    }
    assert_eq!(see(&served, &a, ID).await.1, tag, "nothing happened to it");
}

#[tokio::test]
async fn of_many_withdrawals_at_once_one_wins() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let (_, tag) = see(&served, &token, ID).await;
    let (served, token, tag) = (&served, &token, &tag);
    let sent = (0..8).map(|n| async move {
        let verb = if n % 2 == 0 { "void" } else { "reissue" };
        let line = format!("POST /v1/slips/{ID}/{verb}");
        let body = json!({"reason": "x"});
        change(served, token, &line, &format!("k{n}"), tag, &body).await
    });
    let told = futures_util::future::join_all(sent).await;
    let done = told.iter().filter(|it| it.status < 300).count();
    assert_eq!(done, 1, "{:?}", told.iter().map(Told::text).collect::<Vec<_>>());
    for refused in told.iter().filter(|it| 300 <= it.status) {
        assert_problem(refused, 412, "etag-mismatch");
    }
    let owner = support::connect(&world.superuser_url()).await;
    let count =
        "select count(*)::text from shikiri.slip_event where kind in ('superseded', 'voided')";
    assert_eq!(support::text(&owner, count).await, "1");
}
