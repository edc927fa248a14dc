//! What several tests here need.

use std::{
    env,
    future::{Future, poll_fn},
    io::{BufRead, BufReader},
    pin::pin,
    process::{Child, Command, Stdio},
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use tokio_postgres::{Client, NoTls};

/// Tells a test that it is the child process of another one.
const CHILD: &str = "SHIKIRI_IT_CHILD";

/// A plain connection; its errors fail the test that made it.
pub async fn connect(conninfo: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(conninfo, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

/// The one value a query answers.
pub async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.expect("answers").get(0)
}

/// Whether this process was started by [`child`].
pub fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// One ignored test of this binary in a process of its own.
pub struct TestProcess {
    process: Child,
    said: String,
}

/// Starts it and reads what it prints after `child: `.
pub fn child(test: &str) -> TestProcess {
    let mut process = Command::new(env::current_exe().expect("has a path"))
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let output = process.stdout.take().expect("is piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.split_once("child: ").map(|(_, said)| said.to_owned()));
    // Whatever else it prints must not meet a closed pipe.
    thread::spawn(move || lines.for_each(drop));
    TestProcess { process, said: said.expect("the child says something") }
}

impl TestProcess {
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Waits for its end.
    pub fn succeeded(mut self) -> bool {
        self.process.wait().expect("is ours").success()
    }

    /// SIGKILL: no handler, no `Drop`, no exit hook.
    pub fn kill(self) {}
}

/// A test that fails leaves no child behind.
impl Drop for TestProcess {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Waits until something holds; fails the test when it does not in time.
pub fn within(limit: Duration, what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < limit, "after {limit:?} still not: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Polls a future so many times and drops it, as the service does with a request whose client has left. What it
/// answered, when it came to that.
pub async fn drop_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}
