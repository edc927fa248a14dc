//! A service on a Postgres of its own that a test may kill: one backend of it, or all of it.

use std::{fs, path::Path};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::task::block_in_place;
use tokio_postgres::NoTls;

use super::{
    accidents::superuser,
    stand::{LIMIT, Stand, eventually},
};
use crate::{http::client::ask_at, support::within};

/// How Postgres dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kill {
    /// One backend of the service: the server ends all others and recovers by itself.
    Backend,
    /// The server. Its backends end themselves, and it stays away until somebody starts it.
    Server,
}

impl Stand {
    /// The accident, and that the service is back behind it though nobody touched it. While the server is away the
    /// service lives, says that it is not ready, and gives nothing out: `asked` are addresses that would give bytes.
    pub async fn accident(&self, how: Kill, asked: &[&str]) {
        self.die(how).await;
        if how == Kill::Server {
            self.is_away(asked).await;
        }
        self.come_back(how).await;
    }

    /// SIGKILL. A server that lost a backend has recovered when this returns; one that was killed is away.
    pub async fn die(&self, how: Kill) {
        match how {
            Kill::Backend => self.kill_backend().await,
            Kill::Server => self.kill_server(),
        }
    }

    /// Starts the server if it is away, and waits until the service serves again.
    pub async fn come_back(&self, how: Kill) {
        if how == Kill::Server {
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
