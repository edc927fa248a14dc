//! Round trips, counted by a proxy that stands between the pool and the server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, World},
    wall::{Pool, PoolConfig},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::{TcpListener, TcpStream, UnixStream},
};
use tokio_postgres::{Config, config::Host};

use super::{
    settled,
    statements::{AddSlip, Count, Names},
};

/// How long an answer takes: long enough for all that the client sends without waiting for it.
const DELAY: Duration = Duration::from_millis(5);

/// Counts how often the client speaks after the server did.
#[derive(Clone, Default)]
struct Trips {
    count: Arc<AtomicU32>,
    answered: Arc<AtomicBool>,
}

impl Trips {
    async fn forward<C, S>(self, client: C, server: S)
    where
        C: AsyncRead + AsyncWrite + Send + 'static,
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
            (split(client), split(server));
        let trips = self.clone();
        let there = tokio::spawn(async move {
            let mut buffer = vec![0; 65_536];
            while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
                if trips.answered.swap(false, Ordering::SeqCst) {
                    trips.count.fetch_add(1, Ordering::SeqCst);
                }
                if to_server.write_all(&buffer[..n]).await.is_err() {
                    break;
                }
            }
            drop(to_server.shutdown().await);
        });
        let mut buffer = vec![0; 65_536];
        while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
            tokio::time::sleep(DELAY).await;
            self.answered.store(true, Ordering::SeqCst);
            if to_client.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
        there.abort();
    }

    fn count(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }
}

/// A pool of one connection through a proxy.
async fn proxied(world: &World) -> (Pool, Trips) {
    let config: Config = world.url(Login::App).parse().expect("ours");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let trips = Trips::default();
    let (host, server_port) = (config.get_hosts()[0].clone(), config.get_ports()[0]);
    let its = trips.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            client.set_nodelay(true).expect("TCP");
            let trips = its.clone();
            match &host {
                Host::Unix(dir) => {
                    let path = dir.join(format!(".s.PGSQL.{server_port}"));
                    let server = UnixStream::connect(path).await.expect("the server");
                    tokio::spawn(trips.forward(client, server));
                }
                Host::Tcp(name) => {
                    let server = TcpStream::connect((name.as_str(), server_port)).await;
                    tokio::spawn(trips.forward(client, server.expect("the server")));
                }
            }
        }
    });
    let password = config.get_password().map(String::from_utf8_lossy).unwrap_or_default();
    let url = format!(
        "host=127.0.0.1 port={port} user={} dbname={} password='{password}'",
        config.get_user().expect("a user"),
        config.get_dbname().expect("a database"),
    );
    let wait = Duration::from_secs(5);
    (Pool::new(PoolConfig { url, connections_max: 1, wait }).expect("readable"), trips)
}

/// On one thread: nothing that was spawned can run between the answer and the look at the counter.
#[tokio::test]
async fn a_read_and_a_write_take_one_round_trip_and_a_transaction_three() {
    let world = World::new().await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let (pool, trips) = proxied(&world).await;
    let add = |n: u32| AddSlip {
        bill_number: format!("{:016}", 9_000_000_000_000_000_u64 + u64::from(n)),
        customer_name: "甲".to_owned(),
        seconds: 0.0,
    };
    // The first of each prepares.
    let mut tx = pool.enter(&a).await.expect("enters");
    tx.fetch(&add(0)).await.expect("writes");
    tx.commit().await.expect("commits");
    pool.read(&a, &Names {}).await.expect("reads");
    pool.write(&a, &add(1)).await.expect("writes");
    // After a holder that had it twice running, the next one resets the connection in its own time.
    for (round, session, resets) in [(0, &a, 0), (1, &b, 1), (2, &b, 0), (3, &a, 1)] {
        settled(&pool).await;
        let before = trips.count();
        pool.read(session, &Names {}).await.expect("reads");
        assert_eq!(trips.count() - before, 1 + resets, "a read");
        settled(&pool).await;
        let before = trips.count();
        pool.write(session, &add(10 + 2 * round)).await.expect("writes");
        assert_eq!(trips.count() - before, 1, "a single write");
        settled(&pool).await;
        let before = trips.count();
        let mut tx = pool.enter(session).await.expect("enters");
        assert_eq!(trips.count() - before, 1, "BEGIN and enter");
        tx.fetch(&add(11 + 2 * round)).await.expect("writes");
        tx.commit().await.expect("commits");
        assert_eq!(trips.count() - before, 3, "a transaction of one statement");
    }
    // The reset is its own trip, when somebody waited and it could not be made before.
    settled(&pool).await;
    let before = trips.count();
    let (first, second) =
        tokio::join!(pool.read(&a, &Names {}), pool.read(&b, &Count { seconds: 0.0 }));
    first.expect("reads");
    second.expect("reads");
    // One for A, one for the reset, one for B, which prepares its statement first.
    assert_eq!(trips.count() - before, 4);
}
