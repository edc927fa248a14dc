//! The light reset after reads: what it may not be trusted with, tried on our own pool. Biller A's injected SQL comes
//! first on the one connection, biller B next.

use shikiri::{
    auth::VerifiedSession,
    testkit::{A, B, CANARY, SLIPS_B, World},
    wall::{Error, Pool, Statement},
};

use super::{
    backend, pool_of, settled,
    statements::{
        AddSlip, LargeObjects, Names, ParsedOnce, PlantLock, PlantParsing, PlantReadOnly,
        PoisonPrepared, State,
    },
};

/// What [`ParsedOnce`] says when it was read by the settings of our connections, and by those that A plants.
const OURS: &str = "0 2 f";
const PLANTED: &str = "1 3 t";

/// What [`State`] says of a connection that carries nothing.
const CLEAN: &str = "0 0 1min pg_catalog";

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

    /// A's poison in a read, while B already waits: nobody has time to reset the connection in between.
    async fn a_then_b<S, T>(&self, poison: &S, then: &T) -> Result<Vec<T::Row>, Error>
    where
        S: Statement<Row = Option<String>>,
        T: Statement,
    {
        let first = async { self.pool.read(&self.a, poison).await.expect("the poison is taken") };
        let second = async {
            assert_eq!(self.pool.gauge().1, 0, "A has the one connection");
            self.pool.read(&self.b, then).await
        };
        tokio::join!(biased; first, second).1
    }

    async fn told<S: Statement<Row = Option<String>>>(
        &self,
        session: &VerifiedSession,
        what: &S,
    ) -> String {
        let rows = self.pool.read(session, what).await.expect("is answered");
        rows.into_iter().flatten().collect()
    }

    /// What the same text says in a transaction of its own.
    async fn told_in_a_transaction<S: Statement<Row = Option<String>>>(
        &self,
        session: &VerifiedSession,
        what: &S,
    ) -> String {
        let mut tx = self.pool.enter(session).await.expect("enters");
        let row = tx.fetch_one(what).await.expect("is answered");
        tx.commit().await.expect("commits");
        row.expect("text")
    }
}

fn one(rows: Result<Vec<Option<String>>, Error>) -> String {
    rows.expect("is answered").into_iter().flatten().collect()
}

#[tokio::test]
async fn a_text_that_is_new_on_the_connection_is_not_prepared_under_planted_settings() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    // Another biller's text, right behind A's read.
    assert_eq!(one(scene.a_then_b(&PlantParsing {}, &ParsedOnce {}).await), OURS);
    assert_eq!(backend(&scene.pool, &scene.a).await, before, "the same connection all the time");
}

#[tokio::test]
async fn an_attackers_own_next_read_prepares_nothing_under_planted_settings() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    // A twice running keeps the connection without a reset; the new text resets it first.
    scene.told(&scene.a, &PlantParsing {}).await;
    scene.told(&scene.a, &PlantParsing {}).await;
    scene.told(&scene.a, &ParsedOnce {}).await;
    assert_eq!(scene.told(&scene.b, &ParsedOnce {}).await, OURS);
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

#[tokio::test]
async fn what_is_prepared_in_the_middle_of_an_attack_is_prepared_again_for_the_next() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    let mut tx = scene.pool.enter(&scene.a).await.expect("enters");
    tx.fetch(&PlantParsing {}).await.expect("the poison is taken");
    let own = tx.fetch_one(&ParsedOnce {}).await.expect("is answered").expect("text");
    tx.commit().await.expect("commits");
    assert_eq!(own, PLANTED, "the settings do change what a text means");
    assert_eq!(scene.told_in_a_transaction(&scene.b, &ParsedOnce {}).await, OURS);
    // And a transaction of A's that begins with a text which is new there.
    scene.told_in_a_transaction(&scene.a, &PlantParsing {}).await;
    scene.told_in_a_transaction(&scene.a, &ParsedAgain {}).await;
    assert_eq!(scene.told_in_a_transaction(&scene.b, &ParsedAgain {}).await, OURS);
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

shikiri::statement! { "../../tests/attacks/pool/../pool/parsed_once.sql",
    /// The same text under another name, so that it is new once more.
    struct ParsedAgain {}
    rows_max = 1, owner = NoWitness("a test"), row = Option<String>, decode = |row| Ok(row.try_get("told")?)
}

/// A full reset before a write does not make the write a read: what it leaves is looked for before the next read.
#[tokio::test]
async fn there_is_no_light_reset_after_write_leases() {
    for read_in_between in [false, true] {
        let scene = Scene::new().await;
        // Prepared by B, in both forms, for A to replace.
        scene.pool.read(&scene.b, &Names {}).await.expect("B reads");
        scene.pool.write(&scene.b, &Names {}).await.expect("B reads");
        // And known to the connection: a new text would have it reset.
        scene.pool.read(&scene.b, &State {}).await.expect("B reads");
        let before = backend(&scene.pool, &scene.a).await;
        let attack = async {
            let mut tx = scene.pool.enter(&scene.a).await.expect("enters");
            tx.fetch(&PoisonPrepared {}).await.expect("the poison is taken");
            tx.commit().await.expect("commits");
            if read_in_between {
                // A twice running: the connection is not reset, and now its last user only read.
                scene.pool.read(&scene.a, &State {}).await.expect("reads");
            }
        };
        let names = match read_in_between {
            false => tokio::join!(biased; attack, scene.pool.read(&scene.b, &Names {})).1,
            true => {
                attack.await;
                scene.pool.read(&scene.b, &Names {}).await
            }
        };
        let names = names.expect("B reads");
        assert!(names.len() == SLIPS_B as usize && names.iter().all(|it| it.starts_with(CANARY)));
        let found = scene.pool.read(&scene.a, &LargeObjects {}).await.expect("A may look");
        assert!(!one(Ok(found)).contains(CANARY));
        let admin = crate::support::connect(&scene.world.superuser_url()).await;
        let copied =
            crate::support::text(&admin, "select count(*)::text from pg_largeobject_metadata")
                .await;
        assert_eq!(copied, "0", "the evil text was never run");
        assert_ne!(backend(&scene.pool, &scene.a).await, before, "the connection was dropped");
    }
}

#[tokio::test]
async fn locks_and_settings_of_a_read_are_gone_before_the_next_read() {
    let scene = Scene::new().await;
    // Known to the connection, so that it goes in the flight of the reset.
    assert_eq!(scene.told(&scene.b, &State {}).await, CLEAN);
    let before = backend(&scene.pool, &scene.a).await;
    assert_eq!(one(scene.a_then_b(&PlantLock {}, &State {}).await), CLEAN);
    // A twice running keeps the connection without a reset, and shows what there was to undo.
    scene.told(&scene.a, &State {}).await;
    scene.told(&scene.a, &PlantLock {}).await;
    assert_eq!(scene.told(&scene.a, &State {}).await, "0 1 1234ms pg_catalog");
    assert_eq!(scene.told(&scene.b, &State {}).await, CLEAN);
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}

/// A clean-up that looks at a setting can be made to skip: ours looks at none.
#[tokio::test]
async fn no_planted_setting_makes_a_reset_skip() {
    let scene = Scene::new().await;
    let before = backend(&scene.pool, &scene.a).await;
    scene.told(&scene.b, &State {}).await;
    assert_eq!(one(scene.a_then_b(&PlantReadOnly {}, &State {}).await), CLEAN);
    let poison = async { scene.told(&scene.a, &PlantReadOnly {}).await };
    let write = async {
        let bill_number = "9000000000000000".to_owned();
        let add = AddSlip { bill_number, customer_name: "乙".to_owned(), seconds: 0.0 };
        scene.pool.write(&scene.b, &add).await
    };
    let (planted, written) = tokio::join!(biased; poison, write);
    assert_eq!(planted, "on");
    written.expect("B writes");
    let names = scene.pool.read(&scene.b, &Names {}).await.expect("B reads");
    assert_eq!(names.len(), SLIPS_B as usize + 1, "and it is there");
    settled(&scene.pool).await;
    assert_eq!(backend(&scene.pool, &scene.a).await, before);
}
