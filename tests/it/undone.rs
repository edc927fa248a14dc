//! What a rollback takes back: never something that cost the one who saw the answer, and never the trace of it.

use shikiri::{
    auth,
    dba::catalog::Login,
    domain::OnConflict,
    statements::sessions::{AskLoginParams, LoginOutcome},
    testkit::{A, PASSWORD, World},
};

use crate::attacks::{Target, Wire};

/// Every function that the service's two logins may call and that may write, and what makes a rollback of it harmless.
const WRITERS: &[(&str, &[&str])] = &[
    (
        "a guess: compared only in a transaction after the one that committed it, and counted by what was committed",
        &["begin_login", "begin_proof", "change_own_password", "open_session", "settle_logins"],
    ),
    (
        "a secret of 244 random bits is no guess; nothing is counted, and a refusal costs nothing",
        &["end_fetch", "enter", "enter_check", "enter_export", "open_link"],
    ),
    (
        "the answer is a secret that exists only if the transaction is committed, and what counts it goes with it",
        &["begin_fetch", "make_link", "order_export"],
    ),
    (
        "no byte leaves and no file is begun before COMMIT was acknowledged: the program acts on it afterwards",
        &["begin_reprint", "certificate_facts", "release_export", "reprint_facts", "spend_token"],
    ),
    (
        "the answer says what was done, and it was not done",
        &[
            "add_user",
            "begin_export",
            "cancel_export",
            "discard_export",
            "end_interrupted_exports",
            "end_session",
            "expire_exports",
            "fail_export",
            "finish_drawing",
            "finish_reprint",
            "note_foreign_payments",
            "note_payment_import",
            "note_registered",
            "note_shredded",
            "note_slip_import",
            "recall_export",
            "record_check",
            "record_reprint",
            "renew_lease",
            "report_pages",
            "report_print",
            "reset_password",
            "retain_export",
            "withdraw_slip",
        ],
    ),
];

/// A wrong guess, as SQL.
fn wrong(n: usize) -> String {
    format!("convert_to('wrong {n}', 'UTF8')")
}

/// The right guess, as SQL.
async fn right_guess(world: &World) -> String {
    let ask = AskLoginParams { tenant_code: A.code.to_owned(), login: "clerk".to_owned() };
    let params = world.pool().call(&ask).await.expect("asks").remove(0);
    let derived = auth::derive(PASSWORD, &auth::Salt(params.salt), &params.kdf).expect("derives");
    let hex: String = derived.0.iter().map(|it| format!("{it:02x}")).collect();
    format!("'\\x{hex}'::bytea")
}

fn begin(guess: &str) -> String {
    format!("select shikiri_seal.begin_login('{}', 'clerk', sha256(sha256({guess})))", A.code)
}

fn open(attempt: &str, guess: &str) -> String {
    format!("select outcome from shikiri_seal.open_session('{attempt}', {guess}, 'parallel', 'x')")
}

/// Compares, and takes everything back that a savepoint can take back.
async fn peek(app: &mut Wire, text: &str) -> String {
    app.must("savepoint s").await;
    let outcome = app.simple(text).await;
    app.must("rollback to s").await;
    match outcome.state {
        Some(state) => state,
        None => outcome.rows[0][0].clone(),
    }
}

async fn failures(root: &mut Wire) -> [String; 3] {
    let counted = root
        .value(&format!(
            "select c.failures || ' ' || (c.locked_until > now())::text from shikiri_vault.credential c \
             join shikiri_ops.tenant t using (tenant_id) where t.tenant_code = '{}' and c.login = 'clerk'",
            A.code
        ))
        .await;
    let events = |action: &str| {
        format!(
            "select count(*) from shikiri.audit_event e join shikiri_ops.tenant t using (tenant_id) \
             where t.tenant_code = '{}' and e.action = '{action}'",
            A.code
        )
    };
    let (failed, locked) = (events("login.failed"), events("login.locked"));
    [counted, root.value(&failed).await, root.value(&locked).await]
}

async fn settle(world: &World) -> String {
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    checker.value("select shikiri_seal.settle_logins()").await
}

#[tokio::test]
async fn lockout_and_trace_undone_by_savepoint() {
    let world = World::new().await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let right = right_guess(&world).await;
    assert_eq!(failures(&mut root).await[1..], ["0", "0"]);
    // A guess of this very transaction is not compared, right or wrong.
    app.must("begin").await;
    for guess in [wrong(0), right.clone()] {
        let id = app.value(&begin(&guess)).await;
        assert_eq!(peek(&mut app, &open(&id, &guess)).await, "55000");
        app.must("savepoint t").await;
        let id = app.value(&begin(&guess)).await;
        app.must("release t").await;
        assert_eq!(peek(&mut app, &open(&id, &guess)).await, "55000");
    }
    app.must("rollback").await;
    // Nine wrong ones that were committed and compared without a trace, and then the right one: it is still let in.
    let mut ids = Vec::new();
    for n in 0..9 {
        ids.push((app.value(&begin(&wrong(n))).await, wrong(n)));
    }
    let tenth = app.value(&begin(&right)).await;
    app.must("begin").await;
    for (id, guess) in &ids {
        assert_eq!(peek(&mut app, &open(id, guess)).await, "rejected");
        // An attempt is one guess: it compares no other.
        assert_eq!(peek(&mut app, &open(id, &right)).await, "rejected");
    }
    assert_eq!(peek(&mut app, &open(&tenth, &right)).await, "opened");
    app.must("rollback").await;
    // One more, and the right one is not compared any more, however often it is tried and taken back.
    app.value(&begin(&wrong(9))).await;
    app.must("begin").await;
    for _ in 0..40 {
        assert_eq!(peek(&mut app, &open(&tenth, &right)).await, "rejected");
    }
    app.must("rollback").await;
    assert_eq!(
        settle(&world).await,
        "11",
        "all that was wrong, though nothing of it was committed, and the right one that opens nothing"
    );
    assert_eq!(failures(&mut root).await, ["0 true", "9", "1"]);
    let refused = world.try_login(A.code, "clerk", PASSWORD, OnConflict::Ask).await;
    assert!(matches!(refused, Ok(LoginOutcome::Rejected)), "locked");
}

#[tokio::test]
async fn forty_guesses_in_one_commit_and_in_reverse_order_are_no_way_round() {
    let world = World::new().await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let right = right_guess(&world).await;
    // In one transaction: the right one is the first of them.
    app.must("begin").await;
    let first = app.value(&begin(&right)).await;
    for n in 0..39 {
        app.value(&begin(&wrong(n))).await;
    }
    app.must("commit; begin").await;
    assert_eq!(peek(&mut app, &open(&first, &right)).await, "rejected");
    app.must("rollback").await;
    // On as many connections, in a world of its own, the last begun committed first: the right one was begun before all others.
    let world = World::new().await;
    let right = right_guess(&world).await;
    let mut wires = Vec::new();
    for n in 0..11 {
        let mut wire = Wire::connect(&world.url(Login::App)).await;
        wire.must("begin").await;
        let guess = if n == 0 { right.clone() } else { wrong(n) };
        let id = wire.value(&begin(&guess)).await;
        wires.push((wire, id, guess));
    }
    for (wire, id, guess) in wires.iter_mut().rev() {
        wire.must("commit").await;
        assert_eq!(wire.value(&open(id, guess)).await, "rejected");
    }
}

#[tokio::test]
async fn a_session_is_no_way_to_guess_its_users_password() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut app = Wire::connect(&target.app).await;
    let mut root = Wire::connect(&target.superuser).await;
    let right = right_guess(&world).await;
    let prove = |guess: &str| format!("select shikiri_seal.begin_proof(sha256(sha256({guess})))");
    let change = |attempt: &str, guess: &str| {
        format!(
            "select shikiri_seal.change_own_password('{attempt}', {guess}, 'salt', 'kdf', 'verifier', '{}')",
            target.a.session_id
        )
    };
    app.enter(&target.a.secret).await;
    let id = app.value(&prove(&right)).await;
    assert_eq!(peek(&mut app, &change(&id, &right)).await, "55000");
    app.must("commit").await;
    app.enter(&target.a.secret).await;
    assert_eq!(peek(&mut app, &change(&id, &right)).await, "changed", "committed, it is compared");
    for n in 0..10 {
        app.value(&prove(&wrong(n))).await;
    }
    app.must("commit").await;
    app.enter(&target.a.secret).await;
    assert_eq!(peek(&mut app, &change(&id, &right)).await, "rejected", "after ten, nothing is");
    app.must("rollback").await;
    assert_eq!(settle(&world).await, "11");
    assert_eq!(failures(&mut root).await, ["0 true", "9", "1"]);
}

#[tokio::test]
async fn what_a_rolled_back_transaction_handed_out_opens_nothing() {
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let mut app = Wire::connect(&target.app).await;
    let right = right_guess(&world).await;
    let attempt = app.value(&begin(&right)).await;
    let text = format!(
        "select o.session_secret from shikiri_seal.open_session('{attempt}', {right}, 'parallel', 'x') o"
    );
    app.must("begin").await;
    let session = app.value(&text).await;
    assert_eq!(session.len(), 64, "it was told");
    app.enter(&target.a.secret).await;
    let order = "select o.export_ticket from shikiri_seal.order_export('slip_list', \
         '{\"all\": true}', 1, null, '{}') o";
    let ticket = app.value(order).await;
    assert_eq!(ticket.len(), 64, "it was told");
    app.must("rollback").await;
    for (door, secret) in [("enter", session), ("enter_export", ticket)] {
        let text = format!("select shikiri_seal.{door}($1::text)");
        assert_eq!(app.extended(&text, &[Some(secret)]).await.code(), "SK010", "{door}");
    }
    // The attempt is spent only by a login that was committed, and then for good.
    assert_eq!(app.value(&open(&attempt, &right)).await, "opened");
    assert_eq!(app.value(&open(&attempt, &right)).await, "rejected");
}

#[tokio::test]
async fn every_function_that_writes_is_listed_with_what_makes_its_rollback_harmless() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let writers = "select distinct p.proname::text from pg_proc p \
         where p.pronamespace = 'shikiri_seal'::regnamespace and p.provolatile = 'v' \
             and (has_function_privilege('shikiri_app', p.oid, 'execute') \
                 or has_function_privilege('shikiri_checker', p.oid, 'execute')) order by 1";
    let live: Vec<String> =
        root.simple(writers).await.rows.into_iter().map(|mut row| row.remove(0)).collect();
    let mut listed: Vec<&str> =
        WRITERS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    listed.sort_unstable();
    assert_eq!(live, listed, "left: the database; right: the list");
    assert!(WRITERS.iter().all(|(why, _)| why.len() > 20));
}

/// Where nothing opens, how many attempts went must not tell whether the right one was among them.
#[tokio::test]
async fn what_is_settled_of_a_login_that_opens_nothing_tells_no_right_guess() {
    let world = World::new().await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let right = right_guess(&world).await;
    for n in 0..10 {
        app.value(&begin(&wrong(n))).await;
    }
    assert_eq!(settle(&world).await, "10");
    let clerk = format!(
        "from shikiri_ops.tenant t where t.tenant_id = c.tenant_id and t.tenant_code = '{}' and c.login = 'clerk'",
        A.code
    );
    let free =
        format!("update shikiri_vault.credential c set locked_until = null, failures = 0 {clerk}");
    let shut = format!(
        "update shikiri_vault.credential c set locked_until = null, disabled_at = now() {clerk}"
    );
    for (state, sql) in [("locked", "select 1"), ("disabled", &shut)] {
        root.must(sql).await;
        for guess in [wrong(10), right.clone()] {
            for n in 0..4 {
                app.value(&begin(&wrong(20 + n))).await;
            }
            app.value(&begin(&guess)).await;
            assert_eq!(settle(&world).await, "5", "{state}: {}", guess == right);
        }
    }
    root.must(&format!("update shikiri_vault.credential c set disabled_at = null {clerk}")).await;
    // More than ten at once to a login that is open: they are refused together, the right one with them.
    for with in [wrong(10), right.clone()] {
        root.must(&free).await;
        for n in 0..12 {
            app.value(&begin(&wrong(30 + n))).await;
        }
        app.value(&begin(&with)).await;
        assert_eq!(settle(&world).await, "13", "a batch: {}", with == right);
    }
    // And one that may still open stays.
    root.must(&free).await;
    app.value(&begin(&right)).await;
    assert_eq!(settle(&world).await, "0");
}
