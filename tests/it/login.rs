//! Login, sessions and what a second login may do, below HTTP.

use shikiri::{
    auth,
    domain::OnConflict,
    statements::{
        operator::{AddTenant, DisableUser, ResetUser, SuspendTenant},
        sessions::{AskLoginParams, EndSession, ListSessions, LoginOutcome, Opened, WhoAmI},
        users::{
            AddUser, BeginProof, ChangeOwnPassword, ListUsers, OwnSalt, ResetPassword, UserOutcome,
        },
    },
    testkit::{A, B, Biller, PASSWORD, World},
    wall,
};
use tokio_postgres::NoTls;

async fn superuser(world: &World, sql: &str) {
    let (client, connection) =
        tokio_postgres::connect(&world.superuser_url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client.batch_execute(sql).await.expect("runs");
}

async fn open(
    world: &World,
    biller: &Biller,
    login: &str,
    password: &str,
    mode: OnConflict,
) -> LoginOutcome {
    world.try_login(biller.code, login, password, mode).await.expect("asks")
}

async fn opened(world: &World, biller: &Biller, login: &str, mode: OnConflict) -> Opened {
    match open(world, biller, login, PASSWORD, mode).await {
        LoginOutcome::Opened(opened) => opened,
        _ => panic!("{login} cannot log in with {mode:?}"),
    }
}

#[tokio::test]
async fn every_mode_of_a_second_login_does_what_it_says() {
    let world = World::new().await;
    let first = opened(&world, &A, "clerk", OnConflict::Ask).await;
    let session = world.session(&first);
    for mode in [OnConflict::Ask, OnConflict::Refuse] {
        let LoginOutcome::SessionExists(other) = open(&world, &A, "clerk", PASSWORD, mode).await
        else {
            panic!("{mode:?} must open nothing");
        };
        assert_eq!(other.session_id, first.session_id);
        assert_eq!(other.allowed_modes, ["ask", "take_over", "refuse", "parallel"]);
        assert!(world.pool().read(&session, &WhoAmI::new(&session)).await.is_ok(), "untouched");
    }
    let beside = opened(&world, &A, "clerk", OnConflict::Parallel).await;
    assert!(world.pool().read(&session, &WhoAmI::new(&session)).await.is_ok(), "beside it");
    let third = opened(&world, &A, "clerk", OnConflict::TakeOver).await;
    for over in [session, world.session(&beside)] {
        let refused = world.pool().read(&over, &WhoAmI::new(&over)).await.err();
        assert_eq!(refused, Some(wall::Error::SessionSuperseded));
    }
    let third = world.session(&third);
    let lines = world.pool().read(&third, &ListSessions {}).await.expect("lists");
    assert_eq!(lines.iter().map(|it| it.session_id).collect::<Vec<_>>(), [third.session_id()]);
}

#[tokio::test]
async fn a_mode_that_the_biller_does_not_allow_opens_nothing() {
    let world = World::new().await;
    superuser(&world, "update shikiri_ops.tenant set on_conflict_allowed = '{ask,refuse}'").await;
    let first = opened(&world, &A, "clerk", OnConflict::Ask).await;
    for mode in [OnConflict::TakeOver, OnConflict::Parallel] {
        let outcome = open(&world, &A, "clerk", PASSWORD, mode).await;
        assert!(matches!(outcome, LoginOutcome::ModeNotAllowed(_)), "{mode:?}");
    }
    let session = world.session(&first);
    assert!(world.pool().read(&session, &WhoAmI::new(&session)).await.is_ok());
}

#[tokio::test]
async fn forty_logins_at_once_leave_one_session_or_five() {
    let world = World::new().await;
    for (mode, live) in [(OnConflict::TakeOver, 1), (OnConflict::Parallel, 5)] {
        let logins = (0..40).map(|_| world.try_login(A.code, "admin", PASSWORD, mode));
        let outcomes = futures_util::future::join_all(logins).await;
        assert!(
            outcomes.iter().all(Result::is_ok),
            "{:?}",
            outcomes.iter().find_map(|it| it.as_ref().err())
        );
        let opened = outcomes.iter().filter(|it| matches!(it, Ok(LoginOutcome::Opened(_)))).count();
        let session = match mode {
            OnConflict::TakeOver => {
                assert_eq!(opened, 40, "each takes over from the one before");
                world.login(&A, "admin").await
            }
            _ => {
                assert_eq!(opened, 4, "one was there already");
                let newest = outcomes.into_iter().find_map(|it| match it {
                    Ok(LoginOutcome::Opened(opened)) => Some(opened),
                    _ => None,
                });
                world.session(&newest.expect("four were opened"))
            }
        };
        let lines = world.pool().read(&session, &ListSessions {}).await.expect("lists");
        assert_eq!(lines.len(), live, "{mode:?}");
    }
}

#[tokio::test]
async fn ten_failures_lock_for_fifteen_minutes_and_the_answer_stays_the_same() {
    let world = World::new().await;
    for _ in 0..10 {
        let outcome = open(&world, &A, "clerk", "wrong wrong wrong", OnConflict::Ask).await;
        assert!(matches!(outcome, LoginOutcome::Rejected));
    }
    let locked = open(&world, &A, "clerk", PASSWORD, OnConflict::Ask).await;
    assert!(matches!(locked, LoginOutcome::Rejected), "locked, and told as anything else");
    assert!(matches!(
        open(&world, &A, "admin", PASSWORD, OnConflict::Ask).await,
        LoginOutcome::Opened(_)
    ));
    let later =
        "update shikiri_vault.credential set locked_until = locked_until - interval '15 minutes'";
    superuser(&world, later).await;
    opened(&world, &A, "clerk", OnConflict::Ask).await;
}

#[tokio::test]
async fn a_login_that_does_not_exist_looks_like_one_that_does() {
    let world = World::new().await;
    let ask = |code: &str, login: &str| AskLoginParams {
        tenant_code: code.to_owned(),
        login: login.to_owned(),
    };
    let real = world.pool().call(&ask(A.code, "clerk")).await.expect("asks").remove(0);
    for (code, login) in [(A.code, "nobody"), ("99999", "clerk")] {
        let first = world.pool().call(&ask(code, login)).await.expect("asks").remove(0);
        let again = world.pool().call(&ask(code, login)).await.expect("asks").remove(0);
        assert_eq!(first.salt, again.salt, "always the same");
        assert_eq!((first.salt.len(), &first.kdf), (real.salt.len(), &real.kdf));
    }
}

#[tokio::test]
async fn an_admin_adds_and_resets_users_and_a_clerk_does_not() {
    let world = World::new().await;
    let (admin, clerk) = (world.login(&A, "admin").await, world.login(&A, "clerk").await);
    let b = world.login(&B, "clerk").await;
    let (salt, verifier) = auth::new_password("another long password").expect("long enough");
    let add = AddUser {
        login: "new".to_owned(),
        display_name: "新人".to_owned(),
        role: "clerk".to_owned(),
        salt: salt.0.clone(),
        kdf: auth::KDF.to_owned(),
        verifier: verifier.0.clone(),
    };
    for (session, outcome) in [
        (&clerk, UserOutcome::Forbidden),
        (&admin, UserOutcome::Done),
        (&admin, UserOutcome::Exists),
    ] {
        let mut tx = world.pool().enter(session).await.expect("enters");
        assert_eq!(tx.fetch_one(&add).await.expect("asks").0, outcome);
        tx.commit().await.expect("commits");
    }
    let outcome = open(&world, &A, "new", "another long password", OnConflict::Ask).await;
    let LoginOutcome::Opened(new) = outcome else { panic!("the new user cannot log in") };
    let users = world.pool().read(&b, &ListUsers {}).await.expect("lists");
    assert!(users.iter().all(|it| it.login != "new"), "B does not see A's user");
    for (session, user, outcome) in [
        (&clerk, new.user_id, UserOutcome::Forbidden),
        (&admin, b.user_id(), UserOutcome::NotFound),
        (&admin, new.user_id, UserOutcome::Done),
    ] {
        let reset = ResetPassword {
            user_id: user.0,
            salt: salt.0.clone(),
            kdf: auth::KDF.to_owned(),
            verifier: verifier.0.clone(),
        };
        let mut tx = world.pool().enter(session).await.expect("enters");
        assert_eq!(tx.fetch_one(&reset).await.expect("asks"), outcome);
        tx.commit().await.expect("commits");
    }
    let new = world.session(&new);
    let over = world.pool().read(&new, &WhoAmI::new(&new)).await.err();
    assert_eq!(over, Some(wall::Error::CredentialRejected), "a reset ends the user's sessions");
}

#[tokio::test]
async fn ones_own_password_needs_the_current_one_and_ends_the_other_sessions() {
    let world = World::new().await;
    let other = world.session(&opened(&world, &A, "clerk", OnConflict::Ask).await);
    let mine = world.session(&opened(&world, &A, "clerk", OnConflict::Parallel).await);
    let own = world.pool().read(&mine, &OwnSalt {}).await.expect("asks").remove(0);
    let (salt, verifier) = auth::new_password("another long password").expect("long enough");
    for (current, outcome) in
        [("wrong wrong wrong", UserOutcome::Rejected), (PASSWORD, UserOutcome::Done)]
    {
        let current =
            auth::derive(current, &auth::Salt(own.salt.clone()), &own.kdf).expect("derives");
        let begin = BeginProof { commitment: current.commitment() };
        let change = ChangeOwnPassword {
            attempt_id: world.pool().write(&mine, &begin).await.expect("commits").remove(0),
            current: current.0,
            salt: salt.0.clone(),
            kdf: auth::KDF.to_owned(),
            verifier: verifier.0.clone(),
            keep_session: mine.session_id(),
        };
        let mut tx = world.pool().enter(&mine).await.expect("enters");
        assert_eq!(tx.fetch_one(&change).await.expect("asks"), outcome);
        tx.commit().await.expect("commits");
    }
    assert!(world.pool().read(&mine, &WhoAmI::new(&mine)).await.is_ok());
    let over = world.pool().read(&other, &WhoAmI::new(&other)).await.err();
    assert_eq!(over, Some(wall::Error::CredentialRejected));
}

#[tokio::test]
async fn sessions_are_ended_by_their_own_people_only() {
    let world = World::new().await;
    let (admin, clerk) = (world.login(&A, "admin").await, world.login(&A, "clerk").await);
    let b = world.login(&B, "admin").await;
    for (by, whom, ended) in [(&b, &clerk, false), (&clerk, &admin, false), (&admin, &clerk, true)]
    {
        let mut tx = world.pool().enter(by).await.expect("enters");
        let end = EndSession { session_id: whom.session_id() };
        assert_eq!(tx.fetch_one(&end).await.expect("asks"), ended);
        tx.commit().await.expect("commits");
    }
    let over = world.pool().read(&clerk, &WhoAmI::new(&clerk)).await.err();
    assert_eq!(over, Some(wall::Error::CredentialRejected));
}

#[tokio::test]
async fn what_the_operator_does_is_felt_by_the_next_statement() {
    let world = World::new().await;
    let clerk = world.login(&A, "clerk").await;
    let admin = world.login(&A, "admin").await;
    let mut operator = world.operator().await;
    let code = || A.code.to_owned();
    let suspend = |suspend| SuspendTenant { tenant_code: code(), suspend };
    assert!(operator.call_one(&suspend(true)).await.expect("suspends"));
    let refused = world.pool().read(&clerk, &WhoAmI::new(&clerk)).await.err();
    assert_eq!(refused, Some(wall::Error::CredentialRejected));
    assert!(matches!(
        open(&world, &A, "clerk", PASSWORD, OnConflict::TakeOver).await,
        LoginOutcome::Rejected
    ));
    assert!(operator.call_one(&suspend(false)).await.expect("resumes"));
    assert!(world.pool().read(&clerk, &WhoAmI::new(&clerk)).await.is_ok());
    let disable = DisableUser { tenant_code: code(), login: "clerk".to_owned() };
    assert_eq!(operator.call_one(&disable).await.expect("asks"), "disabled");
    let refused = world.pool().read(&clerk, &WhoAmI::new(&clerk)).await.err();
    assert_eq!(refused, Some(wall::Error::CredentialRejected));
    let (salt, verifier) = auth::new_password("another long password").expect("long enough");
    let reset = ResetUser {
        tenant_code: code(),
        login: "admin".to_owned(),
        salt: salt.0,
        kdf: auth::KDF.to_owned(),
        verifier: verifier.0,
    };
    assert_eq!(operator.call_one(&reset).await.expect("asks"), "reset");
    let refused = world.pool().read(&admin, &WhoAmI::new(&admin)).await.err();
    assert_eq!(refused, Some(wall::Error::CredentialRejected));
    let again = AddTenant {
        tenant_code: code(),
        tenant_name: "again".to_owned(),
        stamp_policy: "taxable".to_owned(),
        on_conflict_allowed: vec!["ask".to_owned()],
    };
    assert_eq!(operator.call_one(&again).await.expect("asks"), None, "the code is taken");
}

#[tokio::test]
async fn every_login_and_refusal_is_in_the_billers_chain() {
    let world = World::new().await;
    open(&world, &A, "clerk", "wrong wrong wrong", OnConflict::Ask).await;
    world.login(&A, "clerk").await;
    world.login(&A, "clerk").await;
    let (client, connection) =
        tokio_postgres::connect(&world.superuser_url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    let events = "select e.action, e.hash = shikiri_vault.event_hash(e.previous_hash, e.tenant_id, e.seq, e.at, \
             e.actor, e.action, e.object, e.detail) as good, \
             e.previous_hash is not distinct from coalesce(lag(e.hash) over (order by e.seq), e.previous_hash) as linked \
         from shikiri.audit_event e join shikiri_ops.tenant t using (tenant_id) \
         where t.tenant_code = $1 order by e.seq";
    let rows = client.query(events, &[&A.code]).await.expect("reads");
    let actions: Vec<&str> = rows.iter().map(|it| it.get("action")).collect();
    let tail = &actions[actions.len() - 4..];
    assert_eq!(tail, ["login.failed", "session.opened", "session.taken_over", "session.opened"]);
    assert!(rows.iter().all(|it| it.get::<_, bool>("good") && it.get::<_, bool>("linked")));
}
