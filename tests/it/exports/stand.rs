//! A service, a logged-in clerk of biller A, and what a test asks of them before and after an accident.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use shikiri::testkit::{A, SLIPS_A, Served, World};
use tokio_postgres::Client;

use super::accidents::{files, superuser};
use crate::http::client::{Told, ask, ask_at, log_in};

/// What a loaded machine may take for anything here.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

pub(super) struct Stand {
    pub world: World,
    pub served: Served,
    pub token: String,
}

impl Stand {
    pub async fn on(world: World) -> Stand {
        let served = world.serve().await;
        let token = log_in(&served, &A, "clerk").await;
        Stand { world, served, token }
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
            "select count(*) from pg_locks where not granted and relation = '{table}'::regclass \
             and database = (select oid from pg_database where datname = current_database())"
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
            assert!(bytes.is_empty() || bytes.starts_with(b"shikiri2"), "{path}");
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
            // The one that asks for these numbers.
            let alone = of("shikiri_connections") == 1;
            (idle && alone && jobs("queued") == 0 && jobs("running") == 0).then_some(())
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
