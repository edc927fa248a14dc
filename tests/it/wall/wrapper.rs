//! The one-statement read against the planner: every shape of query under every planner switch gives the right
//! rows or an error, and a bad credential never an empty answer.

mod battery;
mod switches;

use std::collections::BTreeSet;

use battery::{Answer, Battery, Case, code, run};
use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, World},
    wall::one_statement,
};
use switches::{COMPILED, Switch, switches};
use tokio_postgres::Client;

use super::secret;
use crate::support::connect;

/// What every part of the test needs.
struct Scene {
    battery: Battery,
    /// Secrets of living sessions.
    a: String,
    b: String,
    /// A seal that was good in a transaction of B.
    seal_of_b: String,
    /// Credentials that open nothing, and the code each must give.
    bad: Vec<(&'static str, Option<String>, &'static str)>,
    world: World,
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new().await;
        let superseded = secret(&world, &A, "admin").await;
        secret(&world, &A, "admin").await;
        let (a, b) = (secret(&world, &A, "clerk").await, secret(&world, &B, "clerk").await);
        let client = connect(&world.url(Login::App)).await;
        client.batch_execute("begin").await.expect("begins");
        client.query_one("select shikiri_seal.enter($1)", &[&b]).await.expect("enters");
        let seal_of_b =
            crate::support::text(&client, "select coalesce(nullif(current_setting('shikiri.seal', true), ''), current_setting('backtrace_functions'))").await;
        let bad = vec![
            ("unknown", Some("0".repeat(64)), "SK010"),
            ("empty", Some(String::new()), "SK010"),
            ("null", None, "SK010"),
            ("63 characters", Some(a[..63].to_owned()), "SK010"),
            ("65 characters", Some(format!("{a}0")), "SK010"),
            ("superseded", Some(superseded), "SK012"),
        ];
        let battery = Battery::build(&world).await;
        Scene { battery, a, b, seal_of_b, bad, world }
    }

    /// One switch: every case as A, as B, and with every bad credential. What is wrong comes back.
    async fn try_switch(&self, client: &Client, switch: &Switch) -> Vec<String> {
        let mut wrong = Vec::new();
        client.batch_execute("reset all").await.expect("resets");
        client.batch_execute(&switch.sql(&self.seal_of_b)).await.expect("sets");
        for case in &self.battery.cases {
            let text = one_statement(&case.sql, case.params);
            let prepared = client.prepare(&text).await.expect("prepares");
            let mut attempt = async |who: &str, secret: Option<&str>, expected: &Answer| {
                let answer =
                    run(client, &prepared, case, self.battery.bill_number(who), secret).await;
                let refused = case.may_be_refused && refused(&answer);
                if &answer != expected && !refused {
                    let (name, switch) = (&case.name, &switch.name);
                    wrong.push(format!(
                        "{name} under {switch}, {who}: {answer:?}, not {expected:?}"
                    ));
                }
            };
            attempt("a", Some(&self.a), &case.truth_a).await;
            let few = switch.name == COMPILED;
            if !few {
                attempt("b", Some(&self.b), &case.truth_b).await;
            }
            for (what, secret, expected) in &self.bad[..if few { 1 } else { self.bad.len() }] {
                attempt(what, secret.as_deref(), &code(expected)).await;
            }
        }
        wrong
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_planner_switch_makes_it_answer_wrongly() {
    let scene = std::sync::Arc::new(Scene::new().await);
    let client = connect(&scene.world.url(Login::App)).await;
    let switches = switches(&client).await;
    let half = switches.len() / 2;
    let halves = [switches[..half].to_vec(), switches[half..].to_vec()].map(|switches| {
        let scene = scene.clone();
        tokio::spawn(async move {
            let client = connect(&scene.world.url(Login::App)).await;
            let mut wrong = Vec::new();
            for switch in &switches {
                wrong.extend(scene.try_switch(&client, switch).await);
            }
            wrong
        })
    });
    let mut wrong = Vec::new();
    for half in halves {
        wrong.extend(half.await.expect("ends"));
    }
    assert!(80 <= scene.battery.cases.len() && 35 <= switches.len());
    assert!(
        wrong.is_empty(),
        "{} wrong answers: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(12)]
    );
}

/// If A's and B's truth were the same, or nothing, the battery would prove little.
#[tokio::test]
async fn the_truth_of_the_battery_tells_the_billers_apart() {
    let scene = Scene::new().await;
    let same: BTreeSet<&str> = scene
        .battery
        .cases
        .iter()
        .filter(|it| it.truth_a == it.truth_b)
        .map(|it| it.name.as_str())
        .collect();
    assert!(same.len() < 25, "{same:?}");
}

#[tokio::test]
async fn a_credential_in_the_text_is_refused_whatever_the_query() {
    let scene = Scene::new().await;
    let client = connect(&scene.world.url(Login::App)).await;
    for case in &scene.battery.cases {
        let parameter = format!("${}", case.params + 1);
        let text =
            one_statement(&case.sql, case.params).replace(&parameter, &format!("'{}'", scene.a));
        let prepared = match client.prepare(&text).await {
            Ok(prepared) => prepared,
            Err(err) => panic!("{}: {err}", case.name),
        };
        let literal =
            case.without_credential(&client, &prepared, scene.battery.bill_number("a")).await;
        let refused = case.may_be_refused && refused(&literal);
        assert!(literal == code("SK011") || refused, "{}: {literal:?}", case.name);
    }
}

/// A pipeline of several reads between two Syncs is one transaction: the second biller is refused.
#[tokio::test]
async fn a_second_biller_in_one_transaction_is_refused_whatever_the_query() {
    let scene = Scene::new().await;
    let client = connect(&scene.world.url(Login::App)).await;
    let first = client.prepare(&one_statement("select 1 as one", 0)).await.expect("prepares");
    for case in scene.battery.cases.iter().filter(|it| !it.may_be_refused) {
        let text = one_statement(&case.sql, case.params);
        let prepared = client.prepare(&text).await.expect("prepares");
        client.batch_execute("begin").await.expect("begins");
        client.query(&first, &[&scene.a]).await.expect("A reads");
        let answer =
            case.answer(&client, &prepared, scene.battery.bill_number("b"), Some(&scene.b)).await;
        client.batch_execute("rollback").await.expect("rolls back");
        assert_eq!(answer, code("SK004"), "{}", case.name);
    }
}

/// The control: without `materialized` a bad credential gets an empty answer, and good ones an error.
#[tokio::test]
async fn the_shape_without_materialized_fails_where_ours_does_not() {
    let scene = Scene::new().await;
    let client = connect(&scene.world.url(Login::App)).await;
    let mut failed = BTreeSet::new();
    for case in scene.battery.cases.iter().filter(|it| !it.writes) {
        let text = inlined(case);
        let prepared = client.prepare(&text).await.expect("prepares");
        let bill_number = scene.battery.bill_number("a");
        if run(&client, &prepared, case, bill_number, Some(&scene.a)).await == code("SK001") {
            failed.insert((case.name.as_str(), "refused"));
        }
        let unknown = "0".repeat(64);
        if let Answer::Rows(_) = run(&client, &prepared, case, bill_number, Some(&unknown)).await {
            failed.insert((case.name.as_str(), "silent"));
        }
    }
    for known in
        [("exists_uncorrelated", "refused"), ("scalar_bool", "refused"), ("false", "silent")]
    {
        assert!(failed.contains(&known), "{known:?} is not in {failed:?}");
    }
}

/// What the seal says where it is asked too early: in the planner, before `enter` ran.
fn refused(answer: &Answer) -> bool {
    answer == &code("SK001") || answer == &code("SK002")
}

/// The wrapper as it would be written without thinking.
fn inlined(case: &Case) -> String {
    format!(
        "with entered as materialized (select shikiri_seal.enter(${}) as tenant_id), q as ({}) \
         select (select tenant_id from entered) as entered, true as is_row, q.* from q \
         where (select tenant_id from entered) is not null",
        case.params + 1,
        case.sql
    )
}
