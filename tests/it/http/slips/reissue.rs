//! `POST /v1/slips/{id}/reissue`.

use serde_json::{Value, json};
use shikiri::testkit::{A, Served, World};

use super::void::{change, noted, see};
use crate::{
    http::client::{Told, ask, assert_problem, log_in},
    support,
};

const BILL: &str = "0000000000000002";

async fn reissue(served: &Served, token: &str, key: &str, number: u32, body: &Value) -> Told {
    let id = format!("{BILL}-{number}");
    let (_, tag) = see(served, token, &id).await;
    change(served, token, &format!("POST /v1/slips/{id}/reissue"), key, &tag, body).await
}

#[tokio::test]
async fn the_next_issue_stands_for_the_one_before() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let body = json!({"reason": "紛失", "due_date": "2091-01-31"});
    let (old, tag) = see(&served, &token, &format!("{BILL}-0")).await;
    let told = reissue(&served, &token, "k", 0, &body).await;
    assert_eq!(told.status, 201, "{}", told.text());
    assert_eq!(told.header("location"), format!("/v1/slips/{BILL}-1"));
    let (new, new_tag) = see(&served, &token, &format!("{BILL}-1")).await;
    assert_eq!((&told.json(), told.header("etag")), (&new, new_tag.as_str()));
    let mut wanted = old.clone();
    wanted["id"] = json!(format!("{BILL}-1"));
    wanted["reissue_number"] = json!(1);
    wanted["due_date"] = json!("2091-01-31");
    assert_eq!(new, wanted);
    let (before, _) = see(&served, &token, &format!("{BILL}-0")).await;
    assert_eq!(before["state"], "superseded");
    let line = format!("POST /v1/slips/{BILL}-0/reissue");
    let again = change(&served, &token, &line, "k", &tag, &body).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.body, told.body);
    let told = reissue(&served, &token, "k2", 0, &body).await;
    assert_problem(&told, 409, "wrong-state");
    assert_eq!(told.json()["state"], "superseded");
    assert_eq!(noted(&world, "slip.superseded").await, "1");
    // Without another day the day stays.
    let told = reissue(&served, &token, "k3", 1, &json!({"reason": "x"})).await;
    assert_eq!((told.status, &told.json()["due_date"]), (201, &json!("2091-01-31")));
}

#[tokio::test]
async fn a_day_that_is_over_is_refused_and_another_amount_is_another_bill() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let told =
        reissue(&served, &token, "k", 0, &json!({"reason": "x", "due_date": "2020-01-01"})).await;
    assert_problem(&told, 422, "validation-failed");
    assert_eq!(told.json()["errors"][0]["pointer"], "/due_date");
    let told = reissue(&served, &token, "k", 0, &json!({"reason": "x", "amount_yen": 1})).await;
    assert_problem(&told, 400, "unknown-field");
    // This one's own day is over: it needs a new one.
    let line = "POST /v1/slips/0000000000000004-0/reissue";
    let (slip, tag) = see(&served, &token, "0000000000000004-0").await;
    assert_eq!(slip["state"], "expired");
    let told = change(&served, &token, line, "k", &tag, &json!({"reason": "x"})).await;
    assert_problem(&told, 422, "validation-failed");
    let body = json!({"reason": "x", "due_date": "2091-01-31"});
    assert_eq!(change(&served, &token, line, "k", &tag, &body).await.status, 201);
}

#[tokio::test]
async fn after_the_ninth_issue_there_is_none_and_a_number_by_hand_is_not_overwritten() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let body = json!({"reason": "x"});
    for number in 0..9 {
        let told = reissue(&served, &token, &format!("k{number}"), number, &body).await;
        assert_eq!(told.status, 201, "{number}: {}", told.text());
    }
    let told = reissue(&served, &token, "k9", 9, &body).await;
    assert_problem(&told, 409, "reissues-used-up");
    assert_eq!(see(&served, &token, &format!("{BILL}-9")).await.0["state"], "issued");
    let by_hand = json!({
        "bill_number": "0000000000000006", "reissue_number": 1, "customer_number": "C1",
        "customer_name": "手", "amount_yen": 1,
    });
    let told = ask(&served, "POST /v1/slips").token(&token).key("hand").json(&by_hand).send().await;
    assert_eq!(told.status, 201);
    let id = "0000000000000006-0";
    let (_, tag) = see(&served, &token, id).await;
    let told =
        change(&served, &token, &format!("POST /v1/slips/{id}/reissue"), "h", &tag, &body).await;
    assert_problem(&told, 409, "slip-exists");
    assert_eq!(told.json()["ids"], json!(["0000000000000006-1"]));
    assert_eq!(see(&served, &token, id).await.1, tag);
}

/// The accident: a table of events that somebody can change is no history.
#[tokio::test]
async fn nobody_changes_what_happened() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    assert_eq!(reissue(&served, &token, "k", 0, &json!({"reason": "x"})).await.status, 201);
    let root = support::connect(&world.superuser_url()).await;
    let count = "select count(*)::text from shikiri.slip_event";
    assert_eq!(support::text(&root, count).await, "2");
    for table in
        ["slip_event", "payment_event", "slip_import", "slip_import_fault", "payment_import"]
    {
        let rights = format!(
            "select coalesce(string_agg(r.rolname || ' ' || p.name, ', ' order by 1), 'none') \
             from pg_roles r, unnest(array['update', 'delete', 'truncate']) p(name) \
             where r.rolname like 'shikiri%' and r.rolname <> 'shikiri_owner' \
             and (has_table_privilege(r.rolname, 'shikiri.{table}', p.name) \
             or (p.name = 'update' and has_any_column_privilege(r.rolname, 'shikiri.{table}', 'update')))"
        );
        assert_eq!(support::text(&root, &rights).await, "none", "{table}");
    }
    for sql in [
        "update shikiri.slip_event set reason = 'nothing'",
        "delete from shikiri.slip_event",
        "insert into shikiri.slip_event (tenant_id, bill_number, reissue_number, kind, actor, reason) \
         values (1, '0000000000000002', 0, 'voided', gen_random_uuid(), 'x')",
    ] {
        let app = support::connect(&world.url(shikiri::dba::catalog::Login::App)).await;
        let refused = app.batch_execute(sql).await.expect_err("may not");
        assert_eq!(refused.code().map(|it| it.code()), Some("42501"), "{sql}");
    }
    assert_eq!(support::text(&root, count).await, "2");
}
