//! Clients that hang up: a request may end at any of its awaits, and the next one must not notice.

use std::{future::Future, time::Duration};

use shikiri::{
    auth::VerifiedSession,
    testkit::{A, B, SLIPS_A, World},
    wall::{Error, Pool},
};
use tokio::time::{sleep, timeout};

use super::{
    pool_of, settled,
    statements::{AddSlip, Count},
};
use crate::support::{connect, drop_after, text};

/// What A sees when everything is well.
const COUNT_A: i64 = SLIPS_A as i64;

struct Scene {
    a: VerifiedSession,
    b: VerifiedSession,
    world: World,
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new().await;
        let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
        Scene { a, b, world }
    }

    /// Slips with these bill numbers, whoever they are of.
    async fn written(&self, prefix: &str) -> i64 {
        let admin = connect(&self.world.superuser_url()).await;
        let like = format!("{prefix}%");
        let sql = "select count(*) from shikiri.slip where bill_number like $1";
        admin.query_one(sql, &[&like]).await.expect("counts").get(0)
    }

    /// Backends of the application that are in the middle of something.
    async fn running(&self) -> i64 {
        let admin = connect(&self.world.superuser_url()).await;
        let sql = "select count(*) from pg_stat_activity where datname = current_database() \
             and usename = 'shikiri_app' and state <> 'idle'";
        admin.query_one(sql, &[]).await.expect("counts").get(0)
    }

    /// The next request: its own rows, all of them.
    async fn next_is_clean(&self, pool: &Pool, what: &str) {
        let count = pool.read(&self.a, &Count { seconds: 0.0 }).await;
        assert_eq!(count, Ok(vec![COUNT_A]), "{what}");
    }
}

fn add(prefix: &str, n: usize, part: usize) -> AddSlip {
    let bill_number = format!("{prefix}{n:07}{part}");
    AddSlip { bill_number, customer_name: "乙".to_owned(), seconds: 0.0 }
}

/// Two rows in one transaction: both or none.
async fn write_two(pool: &Pool, session: &VerifiedSession, prefix: &str) -> Result<(), Error> {
    let mut tx = pool.enter(session).await?;
    tx.fetch(&add(prefix, 0, 0)).await?;
    tx.fetch(&add(prefix, 0, 1)).await?;
    tx.commit().await
}

/// Ends a kind of request at its first await, its second, and so on until it comes to its end.
///
/// A pool of one connection: whoever is next gets what was left. On a new pool the connection is made and
/// the statements are prepared in the request; on an old one they are there.
async fn at_every_await<F>(scene: &Scene, new_pools: bool, request: impl Fn(Pool, usize) -> F)
where
    F: Future<Output = bool>,
{
    let old = pool_of(&scene.world, 1);
    scene.next_is_clean(&old, "before").await;
    let mut ended = 0;
    let mut dropped = 0;
    for polls in 0..400 {
        let pool = if new_pools { pool_of(&scene.world, 1) } else { old.clone() };
        if request(pool.clone(), polls).await {
            ended += 1;
        } else {
            dropped += 1;
        }
        scene.next_is_clean(&pool, &format!("after {polls} polls")).await;
        if ended == 3 {
            break;
        }
    }
    assert!(ended == 3 && 2 <= dropped, "ended {ended}, dropped {dropped}");
    sleep(Duration::from_millis(100)).await;
    assert_eq!(scene.running().await, 0);
}

#[tokio::test]
async fn a_read_that_ends_at_any_await_leaves_nothing() {
    let scene = Scene::new().await;
    for new_pools in [true, false] {
        let request = |pool: Pool, polls| {
            let b = scene.b.clone();
            async move {
                let slow = Count { seconds: 0.002 };
                drop_after(polls, pool.read(&b, &slow)).await.is_some_and(|it| it.is_ok())
            }
        };
        at_every_await(&scene, new_pools, request).await;
    }
}

#[tokio::test]
async fn a_transaction_that_ends_at_any_await_is_all_or_nothing() {
    let scene = Scene::new().await;
    for (new_pools, kind) in [(true, '6'), (false, '7')] {
        let request = |pool: Pool, polls: usize| {
            let scene = &scene;
            async move {
                let prefix = format!("{kind}{polls:07}");
                let done = drop_after(polls, write_two(&pool, &scene.b, &prefix)).await;
                settled(&pool).await;
                let rows = scene.written(&prefix).await;
                assert!(rows == 0 || rows == 2, "{rows} rows after {polls} polls");
                assert!(done.is_none() || rows == 2, "acknowledged and not there");
                done.is_some()
            }
        };
        at_every_await(&scene, new_pools, request).await;
    }
}

#[tokio::test]
async fn a_single_write_that_ends_at_any_await_is_all_or_nothing() {
    let scene = Scene::new().await;
    for (new_pools, kind) in [(true, '6'), (false, '7')] {
        let request = |pool: Pool, polls: usize| {
            let scene = &scene;
            async move {
                let prefix = format!("{kind}{polls:07}");
                let one = add(&prefix, 0, 0);
                let done = drop_after(polls, pool.write(&scene.b, &one)).await;
                settled(&pool).await;
                let rows = scene.written(&prefix).await;
                assert!(rows <= 1 && (done.is_none() || rows == 1), "{rows} after {polls} polls");
                done.is_some()
            }
        };
        at_every_await(&scene, new_pools, request).await;
    }
}

#[tokio::test]
async fn a_request_that_ends_after_any_time_leaves_nothing() {
    let scene = Scene::new().await;
    let pool = pool_of(&scene.world, 1);
    for micros in (0..6_000).step_by(60) {
        let slow = Count { seconds: 0.003 };
        let limit = Duration::from_micros(micros);
        drop(timeout(limit, pool.read(&scene.b, &slow)).await);
        scene.next_is_clean(&pool, &format!("after {micros} us")).await;
    }
}

#[tokio::test]
async fn a_task_that_panics_leaves_nothing() {
    let scene = Scene::new().await;
    let pool = pool_of(&scene.world, 1);
    let (its_pool, b) = (pool.clone(), scene.b.clone());
    let task = tokio::spawn(async move {
        let mut tx = its_pool.enter(&b).await.expect("enters");
        tx.fetch(&add("50000000", 0, 0)).await.expect("writes");
        panic!("on purpose");
    });
    assert!(task.await.expect_err("panicked").is_panic());
    scene.next_is_clean(&pool, "after the panic").await;
    assert_eq!(scene.written("50000000").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_abandoned_slow_reads_on_two_connections() {
    let scene = Scene::new().await;
    let pool = pool_of(&scene.world, 2);
    for round in 0..30 {
        let abandoned: Vec<_> = (0..10)
            .map(|n| {
                let (pool, b) = (pool.clone(), scene.b.clone());
                let limit = Duration::from_millis(round % 7 + n);
                let slow = Count { seconds: 30.0 };
                tokio::spawn(async move { timeout(limit, pool.read(&b, &slow)).await.is_err() })
            })
            .collect();
        scene.next_is_clean(&pool, "while others hang up").await;
        for it in abandoned {
            assert!(it.await.expect("no panic"), "nobody waits thirty seconds");
        }
        scene.next_is_clean(&pool, "after they hung up").await;
    }
    settled(&pool).await;
    assert_eq!(scene.running().await, 0, "backends still at work");
    let (size, idle, waiting) = pool.gauge();
    assert!(size <= 2 && size == idle && waiting == 0);
}

/// The signal must have been sent before the connection is used again: a late one would kill whatever runs then.
#[tokio::test]
async fn a_cancel_never_kills_the_next_statement() {
    let scene = Scene::new().await;
    let pool = pool_of(&scene.world, 1);
    let admin = connect(&scene.world.superuser_url()).await;
    let count = "select count(distinct pid)::text from pg_stat_activity where usename = 'shikiri_app' and datname = current_database()";
    for n in 0..500_u64 {
        // The shortest ends before the server has begun: a signal that comes too early is ignored there.
        let limit = Duration::from_micros(n * 7 % 1_900);
        let slow = Count { seconds: 5.0 };
        assert!(timeout(limit, pool.read(&scene.b, &slow)).await.is_err());
        let next = pool.read(&scene.a, &Count { seconds: 0.002 }).await;
        assert_eq!(next, Ok(vec![COUNT_A]), "after {n} cancels");
    }
    assert_eq!(scene.running().await, 0, "a statement went on");
    // And they were cancelled, not replaced: the connections of the world's own pool and ours.
    assert!(text(&admin, count).await.parse::<u32>().expect("a number") <= 5);
}
