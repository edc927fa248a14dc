//! No value of a parameter reaches a log, whatever an operator turns on.

use std::{
    io,
    sync::{Arc, Mutex},
};

use shikiri::{
    testkit::{A, B, World},
    wall::LOG_DIRECTIVES,
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

use super::{
    pool_of, settled,
    statements::{AddSlip, Names, Numbers},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// What a request leaves in the log under a filter.
async fn logged(world: &World, filter: &str, n: u32) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(filter).expect("a filter"))
        .with_writer(log.clone())
        .finish();
    let session = world.login(&A, "clerk").await;
    let guard = subscriber.set_default();
    let pool = pool_of(world, 1);
    let bill_number = format!("{:016}", 9_000_000_000_000_000_u64 + u64::from(n));
    let add = AddSlip { bill_number, customer_name: "淡路　花子".to_owned(), seconds: 0.0 };
    pool.write(&session, &add).await.expect("writes");
    tracing::debug!("the request is over");
    drop(guard);
    let bytes = log.0.lock().expect("not poisoned").clone();
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn no_filter_lets_a_customers_name_into_the_log() {
    let world = World::new().await;
    // The control: without our directives the driver writes it.
    assert!(
        logged(&world, "debug", 0).await.contains("淡路"),
        "the driver has stopped logging values"
    );
    for (n, asked) in
        (1..).zip(["debug", "trace", "tokio_postgres=trace", "tokio_postgres::query=debug"])
    {
        let log = logged(&world, &format!("{asked},{LOG_DIRECTIVES}"), n).await;
        assert!(!log.contains("淡路"), "{asked}");
        if asked == "debug" {
            assert!(log.contains("the request is over"), "the log is on");
        }
    }
}

/// What the server says of a `rollback` where there is no transaction.
const NO_TRANSACTION: &str = "there is no transaction in progress";

/// It says each of its warnings to the client as well as to its own log.
#[tokio::test]
async fn the_servers_log_is_quiet_between_requests() {
    let world = World::new().await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new("info").expect("a filter"))
        .with_writer(log.clone())
        .finish();
    let guard = subscriber.set_default();
    let pool = pool_of(&world, 1);
    for session in [&a, &b, &a] {
        pool.read(session, &Names {}).await.expect("reads");
        pool.write(session, &Names {}).await.expect("is answered");
        // One that fails, in a transaction and outside of one.
        pool.read(session, &Numbers { rows: 11 }).await.expect_err("too many");
        let mut tx = pool.enter(session).await.expect("enters");
        tx.fetch(&Numbers { rows: 11 }).await.expect_err("too many");
        drop(tx);
        settled(&pool).await;
    }
    let said = || String::from_utf8(log.0.lock().expect("not poisoned").clone()).expect("text");
    assert!(!said().contains(NO_TRANSACTION), "{}", said());
    // The control: that is where it would stand.
    let bare = crate::support::connect(&world.superuser_url()).await;
    bare.batch_execute("rollback").await.expect("is a warning");
    assert!(said().contains(NO_TRANSACTION), "{}", said());
    drop(guard);
}
