//! The control of the harness: against the tutorial design, the same files must leak.

use std::sync::atomic::{AtomicU32, Ordering};

use shikiri::{
    dba::catalog::{self, Seal},
    testkit::{TestServer, server},
};

use super::{
    list::FILES,
    runner::{self, Finding},
    script::Script,
    target::{Kind, Party, Target},
    wire::Wire,
};
use crate::golden;

/// Its role belongs to the whole server, so another run may be making it right now.
const ROLE: &str = "do $$ begin create role naive_app login; \
     exception when duplicate_object or unique_violation then null; end $$";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database with the naive schema; dropped with the value.
struct NaiveWorld {
    server: &'static TestServer,
    name: String,
}

impl NaiveWorld {
    async fn new() -> NaiveWorld {
        let server = server().expect("there is a server");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("naive_{}_{number}", std::process::id());
        catalog::create_database(&server.superuser(), &name, None).await.expect("a database");
        let mut root = Wire::connect(&server.conninfo_of_superuser(&name)).await;
        root.must(ROLE).await;
        if let Some(password) = server.password() {
            root.must(&format!("alter role naive_app password '{password}'")).await;
        }
        NaiveWorld { server, name }
    }

    /// As it was: some attacks do destroy things here.
    async fn rebuild(&self) {
        let mut root = Wire::connect(&self.server.conninfo_of_superuser(&self.name)).await;
        root.must("drop schema if exists naive cascade").await;
        root.must(include_str!("../../attacks/naive.sql")).await;
    }

    fn target(&self) -> Target {
        let party = |tenant_id: i32, bill: &str| Party {
            tenant_id,
            user_id: "6d617274-0000-4000-8000-000000000001".to_owned(),
            session_id: String::new(),
            secret: tenant_id.to_string(),
            bill: bill.to_owned(),
        };
        let app = self.server.conninfo("naive_app", &self.name);
        let password = self.server.password().map(|it| format!(" password='{it}'"));
        Target {
            kind: Kind::Naive,
            seal: Seal::Mac,
            app: app + &password.unwrap_or_default(),
            superuser: self.server.conninfo_of_superuser(&self.name),
            a: party(2, "0000000000000000"),
            b: party(3, "0000000000000001"),
        }
    }
}

impl Drop for NaiveWorld {
    fn drop(&mut self) {
        let (admin, name) = (self.server.superuser(), self.name.clone());
        // In a thread of its own: a runtime may be shutting down around us.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|it| it.block_on(catalog::drop_database(&admin, &name)))
        });
        drop(dropped.join());
    }
}

#[tokio::test]
async fn the_tutorial_design_leaks_and_the_same_files_show_it() {
    let mut leaks = Vec::new();
    let world = NaiveWorld::new().await;
    let target = world.target();
    for file in FILES {
        world.rebuild().await;
        let found = runner::run(&Script::read(file), &target).await;
        if found.iter().any(|it| matches!(it, Finding::Leak(_))) {
            leaks.push(*file);
        }
    }
    assert!(leaks.len() >= 18, "the harness sees only {} leaks: {leaks:?}", leaks.len());
    let mut root = Wire::connect(&target.superuser).await;
    let version = root.value("select current_setting('server_version_num')").await;
    let major = version.parse::<u32>().expect("a number") / 10_000;
    // Other versions have the same floor, and no list: nobody has looked at one.
    if [15, 18].contains(&major) {
        golden::same(&format!("naive_leaks_{major}.txt"), &(leaks.join("\n") + "\n"));
    }
}
