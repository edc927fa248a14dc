//! A service on a Postgres of its own that a test may kill: one backend of it, or all of it.

use std::{fs, path::Path, time::Duration};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use shikiri::testkit::{A, SLIPS_A, Served, World};
use tokio::task::block_in_place;
use tokio_postgres::{Client, NoTls};

use super::accidents::{files, superuser};
use crate::{
    http::client::{Told, ask, ask_at, log_in},
    support::within,
};

/// What a loaded machine may take for anything here.
const LIMIT: Duration = Duration::from_secs(60);

/// How Postgres dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kill {
    /// One backend of the service: the server ends all others and recovers by itself.
    Backend,
    /// The server. Its backends end themselves, and it stays away until somebody starts it.
    Server,
}

pub(super) struct Stand {
    pub world: World,
    pub served: Served,
    pub token: String,
    how: Kill,
}

impl Stand {
    pub async fn new(how: Kill) -> Stand {
        let world = World::alone().await;
        let served = world.serve().await;
        let token = log_in(&served, &A, "clerk").await;
        Stand { world, served, token, how }
    }

    pub async fn get(&self, path: &str) -> Told {
        ask(&self.served, &format!("GET {path}")).token(&self.token).send().await
    }

    pub async fn state(&self, href: &str) -> Value {
        self.get(href).await.json()
    }

    /// Waits for a state; answers what was told of the export then.
    pub async fn until(&self, href: &str, state: &str) -> Value {
        eventually(state, async || {
            let told = self.state(href).await;
            (told["state"] == state).then_some(told)
        })
        .await
    }

    pub async fn order(&self, key: &str) -> String {
        let wish =
            json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
        let ask = ask(&self.served, "POST /v1/exports").token(&self.token).key(key);
        let told = ask.json(&wish).send().await;
        assert_eq!(told.status, 202, "{}", told.text());
        told.header("location").to_owned()
    }

    pub async fn link(&self, href: &str) -> String {
        let ask = ask(&self.served, &format!("POST {href}/links")).token(&self.token);
        let told = ask.json(&json!({"bind": "none", "ttl_s": 900})).send().await;
        assert_eq!(told.status, 201, "{}", told.text());
        told.header("location").to_owned()
    }

    /// Holds a table, so that whoever wants to write to it waits; and waits until somebody does.
    pub async fn hold(&self, table: &str) -> Client {
        let client = superuser(&self.world).await;
        let lock = format!("begin; lock table {table} in share row exclusive mode");
        client.batch_execute(&lock).await.expect("locks");
        client
    }

    /// Waits until so many wait for a table.
    pub async fn until_held(&self, table: &str, waiting: i64) {
        let root = superuser(&self.world).await;
        let count = format!(
            "select count(*) from pg_locks where not granted and relation = '{table}'::regclass"
        );
        let all = async || {
            let found: i64 = root.query_one(&count, &[]).await.expect("asks").get(0);
            (found == waiting).then_some(())
        };
        eventually(table, all).await;
    }

    /// Asserts that the biller's chain of events has no gap and no change.
    pub async fn chain_is_whole(&self) {
        let verify = format!(
            "select count(*) from shikiri_ops.verify_chain('{}') where outcome <> 'whole'",
            A.code
        );
        assert_eq!(self.number(&verify).await, 0);
    }

    pub async fn number(&self, question: &str) -> i64 {
        superuser(&self.world).await.query_one(question, &[]).await.expect("asks").get(0)
    }

    /// The accident, and that the service is back behind it though nobody touched it. While the server is away the
    /// service lives, says that it is not ready, and gives nothing out: `asked` are addresses that would give bytes.
    pub async fn accident(&self, asked: &[&str]) {
        self.die().await;
        if self.how == Kill::Server {
            self.is_away(asked).await;
        }
        self.come_back().await;
    }

    /// SIGKILL. A server that lost a backend has recovered when this returns; one that was killed is away.
    pub async fn die(&self) {
        match self.how {
            Kill::Backend => self.kill_backend().await,
            Kill::Server => self.kill_server(),
        }
    }

    /// Starts the server if it is away, and waits until the service serves again.
    pub async fn come_back(&self) {
        if self.how == Kill::Server {
            let server = self.world.server().local().expect("it is a server of ours");
            block_in_place(|| server.restart()).expect("starts again");
        }
        let ready = async || {
            let ready = ask_at(self.served.address_admin, "GET /readyz").send().await.status;
            (ready == 200 && self.get("/v1/exports").await.status == 200).then_some(())
        };
        eventually("the service is back", ready).await;
    }

    async fn kill_backend(&self) {
        let root = superuser(&self.world).await;
        let victim = "select pid from pg_stat_activity where usename = 'shikiri_app' \
             and datname = current_database() order by state = 'active' desc, pid limit 1";
        let victim: i32 = root.query_one(victim, &[]).await.expect("asks").get(0);
        kill(Pid::from_raw(victim), Signal::SIGKILL).expect("it is there");
        // The server ends every connection, this one too: its memory may be torn.
        eventually("all connections end", async || root.is_closed().then_some(())).await;
        let url = self.world.superuser_url();
        let back = async || tokio_postgres::connect(&url, NoTls).await.ok().map(drop);
        eventually("it recovers", back).await;
    }

    fn kill_server(&self) {
        let server = self.world.server().local().expect("it is a server of ours");
        let file = fs::read_to_string(server.cluster().join("postmaster.pid")).expect("it runs");
        let postmaster = file.lines().next().expect("a line").trim().parse().expect("a number");
        let children = children(postmaster);
        assert!(!children.is_empty());
        kill(Pid::from_raw(postmaster), Signal::SIGKILL).expect("it is there");
        // Nobody is there to end them: they notice that they are alone.
        let gone = || children.iter().all(|it| is_gone(*it));
        block_in_place(|| within(LIMIT, "its backends end", gone));
    }

    async fn is_away(&self, asked: &[&str]) {
        let admin = |path: &str| ask_at(self.served.address_admin, path).send();
        // An answer is believed for a second.
        let not_ready = async || (admin("GET /readyz").await.status == 503).then_some(());
        eventually("it says that it is not ready", not_ready).await;
        assert_eq!(admin("GET /livez").await.status, 200);
        for path in [&["/v1/exports"], asked].concat() {
            let told = self.get(path).await;
            assert_eq!(told.problem(), (503, "database-unavailable".to_owned()), "{path}");
        }
    }

    /// Asserts that nothing of an export can be had, over HTTP or on the disk.
    pub async fn gives_nothing(&self, href: &str) {
        for path in [format!("{href}/file"), format!("{href}/certificate")] {
            assert_eq!(self.get(&path).await.status, 409, "{path}");
        }
        self.is_unreadable();
    }

    /// Asserts that no link can be made to an export. While one of its steps is held, this would wait for it.
    pub async fn links_nowhere(&self, href: &str) {
        let link = ask(&self.served, &format!("POST {href}/links")).token(&self.token);
        assert_eq!(link.json(&json!({"bind": "none"})).send().await.status, 409);
    }

    /// Asserts that no file on the disk is in the clear.
    fn is_unreadable(&self) {
        for path in files(&self.served.artefacts().join("files")) {
            let bytes = fs::read(&path).expect("reads");
            assert!(bytes.is_empty() || bytes.starts_with(b"shikiri1"), "{path}");
            assert!(!bytes.windows(4).any(|it| it == b"%PDF" || it == b"obj\n"), "{path}");
        }
    }

    /// Asserts that the upkeep leaves the files of these exports, with their keys, and no others.
    pub async fn keeps_only(&self, hrefs: &[&str]) {
        self.served.exporter().sweep().await.expect("sweeps");
        let dir = self.served.artefacts();
        for place in [dir.join("files"), dir.join("keys/files")] {
            let found = files(&place);
            let known = |it: &String| hrefs.iter().any(|href| it.contains(id_of(href)));
            assert!(found.iter().all(known), "{found:?}, not only {hrefs:?}");
            assert_eq!(found.len(), hrefs.len(), "{found:?}");
        }
    }

    /// Asserts that no job, connection or request of this process is left over from what went wrong.
    pub async fn leaks_nothing(&self) {
        let all_back = async || {
            let told = ask_at(self.served.address_admin, "GET /metrics").send().await.text();
            let of = |name: &str| gauge(&told, name);
            let pool = |it: &str| of(&format!("shikiri_pool_connections{{outcome=\"{it}\"}}"));
            let jobs = |it: &str| of(&format!("shikiri_exports_here{{outcome=\"{it}\"}}"));
            let idle = pool("open") == pool("idle") && pool("awaited") == 0;
            (idle && jobs("queued") == 0 && jobs("running") == 0).then_some(())
        };
        eventually("everything is given back", all_back).await;
    }
}

/// A number of `/metrics`.
pub(super) fn gauge(text: &str, name: &str) -> i64 {
    let line = text.lines().find_map(|it| it.strip_prefix(name));
    let value = line.unwrap_or_else(|| panic!("no {name}:\n{text}"));
    value.trim().parse().expect("a number")
}

/// The last part of an address.
fn id_of(href: &str) -> &str {
    href.rsplit('/').next().expect("has a last part")
}

/// Waits for something that must come.
pub(super) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < LIMIT, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// State and parent of a process, as `/proc` tells them.
fn stat(process: &Path) -> Option<(String, i32)> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    // pid (command) state parent: the command may hold anything.
    let mut rest = text.rsplit_once(") ")?.1.split(' ');
    Some((rest.next()?.to_owned(), rest.next()?.parse().ok()?))
}

fn children(parent: i32) -> Vec<i32> {
    let all = fs::read_dir("/proc").expect("there is a /proc");
    let child = |path: &Path| stat(path).is_some_and(|(_, it)| it == parent);
    all.filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| child(it))
        .filter_map(|it| it.file_name()?.to_str()?.parse().ok())
        .collect()
}

/// Also when nobody has waited for it.
fn is_gone(process: i32) -> bool {
    stat(Path::new(&format!("/proc/{process}"))).is_none_or(|(state, _)| state == "Z")
}
