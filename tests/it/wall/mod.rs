//! The pool and what it lends: real connections, real attackers, real clients that hang up.

mod cancel;
mod leftovers;
mod light_reset;
mod logs;
mod pool_attacks;
mod raw_pools;
mod rules;
mod statements;
mod trips;
mod wrapper;

use std::time::{Duration, Instant};

use shikiri::{
    auth::VerifiedSession,
    dba::catalog::Login,
    domain::OnConflict,
    statements::sessions::LoginOutcome,
    testkit::{Biller, PASSWORD, World},
    wall::{Pool, PoolConfig},
};
use statements::Backend;

/// A pool of the application's login, of a size of its own.
pub fn pool_of(world: &World, connections_max: usize) -> Pool {
    let wait = Duration::from_secs(10);
    Pool::new(PoolConfig { url: world.url(Login::App), connections_max, wait }).expect("readable")
}

/// Which backend serves a request of this session.
pub async fn backend(pool: &Pool, session: &VerifiedSession) -> String {
    let pid = pool.read(session, &Backend {}).await.expect("answers");
    settled(pool).await;
    pid[0].clone().expect("a number")
}

/// Waits until nobody has a connection: what is done off the request's path is done.
pub async fn settled(pool: &Pool) {
    let started = Instant::now();
    loop {
        let (size, idle, _) = pool.gauge();
        if size == idle {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "a connection never came back");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The secret of a new session, for connections that are not ours. It takes over the one before.
pub async fn secret(world: &World, biller: &Biller, login: &str) -> String {
    match world.try_login(biller.code, login, PASSWORD, OnConflict::TakeOver).await {
        Ok(LoginOutcome::Opened(opened)) => opened.secret,
        Ok(_) => panic!("{login} of {} opens no session", biller.code),
        Err(err) => panic!("{login} of {} cannot log in: {err:?}", biller.code),
    }
}
