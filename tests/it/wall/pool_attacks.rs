//! Pool attacks 60 to 67 on our own pool: biller A leaves something on the one connection, biller B works
//! on it, A collects. `raw_pools` shows that the same attacks succeed where the pool is not ours.

use shikiri::{
    auth::VerifiedSession,
    testkit::{A, B, CANARY, SLIPS_B, World},
    wall::{Door, Error, Pool, Statement},
};

use super::{
    backend, pool_of, settled,
    statements::{
        AdvisoryLock, Begin, BeginSerializable, Commit, CursorWithHold, Deallocate, FetchLoot,
        Isolation, KeepSeal, LargeObjects, Listen, Names, PoisonPrepared, Settings, State,
        TempShadow, UnboundNames,
    },
};

/// What `State` says of a connection that carries nothing.
const CLEAN: &str = "0 0 1min pg_catalog";

/// One connection, so that whoever comes next gets what the one before left.
struct Scene {
    pool: Pool,
    a: VerifiedSession,
    b: VerifiedSession,
    world: World,
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new().await;
        let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
        Scene { pool: pool_of(&world, 1), a, b, world }
    }

    /// A request of A that carries an injected statement and ends well.
    async fn a_leaves<S: Statement>(&self, poison: &S) {
        let mut tx = self.pool.enter(&self.a).await.expect("enters");
        tx.fetch(poison).await.expect("the poison is taken");
        tx.commit().await.expect("commits");
    }

    /// B's request, in a transaction and in one statement: all of its rows, and only they.
    async fn b_works(&self) {
        let mut tx = self.pool.enter(&self.b).await.expect("B enters");
        let names = tx.fetch(&Names {}).await.expect("B reads");
        let level = tx.fetch_one(&Isolation {}).await.expect("B looks").expect("text");
        let state = tx.fetch_one(&State {}).await.expect("B looks").expect("text");
        tx.commit().await.expect("B commits");
        assert_eq!((level.as_str(), state.as_str()), ("read committed", CLEAN));
        assert_eq!(names.len(), SLIPS_B as usize);
        let read = self.pool.read(&self.b, &Names {}).await.expect("B reads again");
        assert_eq!(read, names);
        assert!(names.iter().all(|it| it.starts_with(CANARY)), "B's rows are the ones to find");
    }

    /// What a later request of A finds.
    async fn a_collects<S: Statement<Row = Option<String>>>(
        &self,
        loot: &S,
    ) -> Result<String, Error> {
        let mut tx = self.pool.enter(&self.a).await.expect("A enters");
        let rows = tx.fetch(loot).await?;
        tx.commit().await.expect("commits");
        Ok(rows.into_iter().flatten().collect::<Vec<_>>().join("|"))
    }

    /// What a request finds that brings no seal.
    async fn nobody_collects<D: Door<Row = Option<String>>>(
        &self,
        loot: &D,
    ) -> Result<String, Error> {
        let rows = self.pool.call(loot).await?;
        Ok(rows.into_iter().flatten().collect::<Vec<_>>().join("|"))
    }
}

fn is_lost(found: &Result<String, Error>, code: &str) -> bool {
    matches!(found, Err(Error::ContextLost { sqlstate, .. }) if sqlstate == code)
}

#[tokio::test]
async fn attack_60_a_seal_left_as_a_session_setting_opens_nothing() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    scene.a_leaves(&KeepSeal {}).await;
    scene.b_works().await;
    scene.a_leaves(&KeepSeal {}).await;
    let found = scene.nobody_collects(&UnboundNames {}).await;
    assert!(is_lost(&found, "SK001"), "the setting was cleared: {found:?}");
    assert_eq!(backend(&scene.pool, &scene.a).await, before, "the same connection all the time");
}

#[tokio::test]
async fn attack_61_a_transaction_left_open_is_over_before_the_next_request() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    // A sealed transaction cannot leave one open, so the injection is where no seal is needed: the login.
    scene.pool.call(&Begin {}).await.expect("the poison is taken");
    scene.b_works().await;
    let found = scene.nobody_collects(&UnboundNames {}).await;
    assert!(is_lost(&found, "SK001"), "{found:?}");
    // And a request of B whose client hangs up in the middle.
    let mut tx = scene.pool.enter(&scene.b).await.expect("enters");
    tx.fetch(&Names {}).await.expect("reads");
    drop(tx);
    let found = scene.nobody_collects(&UnboundNames {}).await;
    assert!(is_lost(&found, "SK001"), "{found:?}");
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

#[tokio::test]
async fn attack_62_the_next_biller_is_not_inside_a_transaction_of_the_one_before() {
    let scene = Scene::new().await;
    let mut tx = scene.pool.enter(&scene.b).await.expect("enters");
    tx.fetch(&Commit {}).await.expect("the poison is taken");
    tx.fetch(&Begin {}).await.expect("the poison is taken");
    drop(tx);
    let names = scene.pool.read(&scene.a, &Names {}).await.expect("A reads");
    assert!(!names.is_empty() && names.iter().all(|it| !it.contains(CANARY)));
}

#[tokio::test]
async fn attack_63_a_cursor_that_outlives_its_transaction_is_closed() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    let mut tx = scene.pool.enter(&scene.b).await.expect("enters");
    tx.fetch(&CursorWithHold {}).await.expect("declares");
    tx.commit().await.expect("commits");
    let found = scene.a_collects(&FetchLoot {}).await;
    assert!(
        matches!(&found, Err(Error::Statement { sqlstate, .. }) if sqlstate == "34000"),
        "{found:?}"
    );
    settled(&scene.pool).await;
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

#[tokio::test]
async fn attack_64_no_temporary_table_can_stand_in_front_of_a_real_one() {
    let scene = Scene::new().await;
    let mut tx = scene.pool.enter(&scene.a).await.expect("enters");
    let made = tx.fetch(&TempShadow {}).await;
    assert!(
        matches!(&made, Err(Error::Statement { sqlstate, .. }) if sqlstate == "42501"),
        "{made:?}"
    );
    drop(tx);
    scene.b_works().await;
}

#[tokio::test]
async fn attack_65_a_poisoned_prepared_statement_ends_its_connection() {
    let scene = Scene::new().await;
    scene.b_works().await;
    let before = backend(&scene.pool, &scene.a).await;
    scene.a_leaves(&PoisonPrepared {}).await;
    scene.b_works().await;
    let found = scene.a_collects(&LargeObjects {}).await.expect("A may look");
    assert!(!found.contains(CANARY), "{found}");
    let admin = crate::support::connect(&scene.world.superuser_url()).await;
    let copied =
        crate::support::text(&admin, "select count(*)::text from pg_largeobject_metadata").await;
    assert_eq!(copied, "0", "the evil text was never run");
    assert_ne!(backend(&scene.pool, &scene.a).await, before, "the connection was dropped");
}

#[tokio::test]
async fn a_statement_deallocated_behind_our_back_fails_once_and_not_for_ever() {
    let scene = Scene::new().await;
    scene.b_works().await;
    let before = backend(&scene.pool, &scene.a).await;
    scene.a_leaves(&Deallocate {}).await;
    settled(&scene.pool).await;
    let failed = scene.pool.read(&scene.b, &Names {}).await;
    assert!(
        matches!(&failed, Err(Error::Statement { sqlstate, .. }) if sqlstate == "26000"),
        "{failed:?}"
    );
    scene.b_works().await;
    assert_ne!(backend(&scene.pool, &scene.a).await, before);
}

#[tokio::test]
async fn attack_66_registrations_locks_and_settings_are_gone() {
    let scene = Scene::new().await;
    let mut before = backend(&scene.pool, &scene.a).await;
    assert_eq!(scene.a_collects(&State {}).await.expect("looks"), CLEAN);
    // A colleague at the same biller is somebody else too.
    let colleague = scene.world.login(&A, "admin").await;
    for next in [&scene.b, &colleague] {
        let mut tx = scene.pool.enter(&scene.a).await.expect("enters");
        tx.fetch(&AdvisoryLock {}).await.expect("locks");
        tx.fetch(&Settings {}).await.expect("sets");
        let dirty = tx.fetch_one(&State {}).await.expect("looks").expect("text");
        tx.commit().await.expect("commits");
        assert_eq!(dirty, "0 1 1234ms pg_temp", "what there is to undo");
        let mut tx = scene.pool.enter(next).await.expect("enters");
        assert_eq!(tx.fetch_one(&State {}).await.expect("looks").expect("text"), CLEAN);
        tx.commit().await.expect("commits");
        assert_eq!(backend(&scene.pool, &scene.a).await, before);
        // UNLISTEN takes effect after the reset has looked, so a LISTEN costs the attacker the connection.
        scene.a_leaves(&Listen {}).await;
        scene.b_works().await;
        assert_ne!(backend(&scene.pool, &scene.a).await, before);
        before = backend(&scene.pool, &scene.a).await;
    }
}

#[tokio::test]
async fn attack_67_an_injected_transaction_does_not_reach_the_next_biller() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    let mut tx = scene.pool.enter(&scene.a).await.expect("enters");
    tx.fetch(&Commit {}).await.expect("ends the transaction");
    tx.fetch(&BeginSerializable {}).await.expect("begins another");
    let after = tx.fetch(&Names {}).await;
    assert!(matches!(&after, Err(Error::ContextLost { sqlstate, .. }) if sqlstate == "SK001"));
    drop(tx);
    let mut tx = scene.pool.enter(&scene.b).await.expect("enters");
    let level = tx.fetch_one(&Isolation {}).await.expect("looks").expect("text");
    tx.commit().await.expect("commits");
    assert_eq!(level, "read committed");
    // The same through a door, where no transaction is ours to end.
    scene.pool.call(&BeginSerializable {}).await.expect("begins");
    let mut tx = scene.pool.enter(&scene.b).await.expect("enters");
    let level = tx.fetch_one(&Isolation {}).await.expect("looks").expect("text");
    tx.commit().await.expect("commits");
    assert_eq!(level, "read committed");
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

/// Nobody has time to reset a connection that somebody waits for: that is done before it is lent again.
#[tokio::test]
async fn whoever_waits_for_the_connection_gets_it_clean_as_well() {
    let scene = Scene::new().await;
    scene.b_works().await;
    for round in 0..9 {
        let poison = async {
            match round {
                0 => scene.a_leaves(&KeepSeal {}).await,
                1 => scene.a_leaves(&CursorWithHold {}).await,
                2 => scene.a_leaves(&AdvisoryLock {}).await,
                3 => scene.a_leaves(&Settings {}).await,
                4 => scene.a_leaves(&Listen {}).await,
                5 => scene.a_leaves(&PoisonPrepared {}).await,
                6 => drop(scene.pool.call(&Begin {}).await.expect("begins")),
                7 => drop(scene.pool.call(&BeginSerializable {}).await.expect("begins")),
                _ => drop(scene.pool.call(&Settings {}).await.expect("sets")),
            }
        };
        let waiting = async {
            assert_eq!(scene.pool.gauge().1, 0, "the poison has the one connection");
            scene.b_works().await;
        };
        tokio::join!(biased; poison, waiting);
        let found = scene.nobody_collects(&UnboundNames {}).await;
        assert!(is_lost(&found, "SK001"), "{round}: {found:?}");
        // Prepared again where the connection was dropped, for the next poison.
        scene.b_works().await;
        settled(&scene.pool).await;
    }
}
