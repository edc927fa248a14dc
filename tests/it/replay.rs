//! The replay of 2023-03-20 in a small world: it succeeds, and it fails when either side does not do what it must.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use shikiri::{
    dba::catalog,
    lab::{
        Ground, Stage,
        replay::{self, Report, Script},
        world_of_2023::{Shape, World2023},
    },
    report::FontChain,
    testkit::server,
};

use crate::support::{connect, text};

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];

/// Twelve billers; a list of everybody ends after 300 rows, and none of them is of the one that prints.
const SMALL: Shape =
    Shape { billers: 12, printing_rows: 37, largest_rows: 180, window: 300, slips: 400 };

/// A stage of its own on the server that all tests share. Its database and role go away with it.
struct Theatre {
    stage: Stage,
    world: Arc<World2023>,
    naive_role: String,
    out: tempfile::TempDir,
}

impl Theatre {
    async fn new() -> Theatre {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (database, naive_role) = (
            format!("replay_{}_{number}", std::process::id()),
            format!("naive_{}_{number}", std::process::id()),
        );
        let server = server().unwrap_or_else(|err| panic!("{err}"));
        let ground = Ground::shared(&server.superuser(), server.password()).expect("is readable");
        let world = Arc::new(World2023::new(SMALL).expect("a world"));
        let stage = Stage::set(ground, &database, &world, &|_| ()).await;
        let stage = stage.unwrap_or_else(|err| panic!("{err}"));
        let out = tempfile::tempdir().expect("a directory");
        Theatre { stage, world, naive_role, out }
    }

    async fn act(&self, runs: u32, second_login: bool) -> Report {
        let script = Script {
            runs,
            second_login,
            out: self.out.path().to_owned(),
            fonts: Arc::new(FontChain::load(&FONTS).expect("the fonts of the tests")),
            naive_role: self.naive_role.clone(),
        };
        let acted = replay::act(&self.stage, &self.world, &script, &|_| ()).await;
        acted.unwrap_or_else(|err| panic!("{err}"))
    }

    async fn close(self) {
        self.stage.close();
        let admin = self.stage.ground.admin();
        catalog::drop_database(&admin, &self.stage.database).await.expect("dropped");
        catalog::drop_role(&admin, &self.naive_role).await.expect("dropped");
    }
}

fn pages(path: &Path) -> usize {
    let bytes = std::fs::read(path).expect("was written");
    assert!(bytes.starts_with(b"%PDF-"));
    let kind: &[u8] = b"/Type/Page/";
    bytes.windows(kind.len()).filter(|it| *it == kind).count()
}

#[tokio::test]
async fn mufg_2023_leaks_from_the_twin_and_not_from_shikiri() {
    let theatre = Theatre::new().await;
    let report = theatre.act(4, true).await;
    assert_eq!(report.broken_facts, Vec::<String>::new());
    assert!(report.succeeded());
    // The facts of the accident once more, from here: not only what the verdict thinks of them.
    assert!(report.naive_runs.iter().all(|it| (it.rows, it.own_rows) == (300, 0)));
    assert_eq!((report.naive_union.rows_of_others, report.naive_union.other_billers), (301, 11));
    assert_ne!(report.naive_runs[0].sha256, report.naive_runs[1].sha256, "one row differs");
    assert_eq!(report.naive_runs[1].sha256, report.naive_runs[3].sha256);
    assert!(report.shikiri.iter().all(|it| it.rows == 37 || it.rows == 0));
    assert_eq!(pages(&theatre.out.path().join("naive.pdf")), 15);
    assert_eq!(pages(&theatre.out.path().join("shikiri.pdf")), 3, "a cover and two pages");
    let json = std::fs::read(theatre.out.path().join("report.json")).expect("was written");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("is JSON");
    assert_eq!(json["naive_union"]["rows_of_others"], 301);
    assert_eq!(json["shikiri_held"], true);
    theatre.close().await;
}

#[tokio::test]
async fn without_the_second_login_nothing_leaks_and_the_replay_fails() {
    let theatre = Theatre::new().await;
    let report = theatre.act(2, false).await;
    assert!(report.naive_runs.iter().all(|it| (it.rows, it.other_billers) == (37, 0)));
    assert!(!report.naive_leaked && !report.succeeded());
    assert!(report.shikiri_held, "{:?}", report.broken_facts);
    theatre.close().await;
}

#[tokio::test]
async fn a_wall_that_somebody_took_down_is_seen_and_the_replay_fails() {
    let theatre = Theatre::new().await;
    let Stage { ground, database, .. } = &theatre.stage;
    let superuser = connect(&ground.superuser(database)).await;
    let down = "alter table shikiri.slip disable row level security";
    superuser.batch_execute(down).await.expect("a superuser may");
    // The world before: every row is in reach of the application's login now.
    assert_eq!(text(&superuser, "select count(*)::text from shikiri.slip").await, "400");
    drop(superuser);
    let report = theatre.act(1, true).await;
    assert!(report.naive_leaked, "{:?}", report.broken_facts);
    assert!(!report.shikiri_held && !report.succeeded());
    let lost = report.shikiri.iter().find(|it| it.what == "context lost").expect("was tried");
    assert_eq!((lost.rows, lost.other_billers), (400, None), "the leak itself is in the report");
    // What stands behind the wall holds: no file with other billers' rows was released.
    assert!(report.shikiri.iter().filter(|it| it.what != "context lost").all(|it| it.rows == 0));
    theatre.close().await;
}

#[tokio::test]
async fn setting_the_same_stage_again_registers_nothing_twice_and_fills_what_is_missing() {
    let theatre = Theatre::new().await;
    let Stage { ground, database, .. } = &theatre.stage;
    let superuser = connect(&ground.superuser(database)).await;
    let count = "select count(*)::text from shikiri.slip";
    assert_eq!(text(&superuser, count).await, "400");
    // As an interrupted load leaves it: one block is missing.
    let cut = "delete from shikiri.slip where bill_number in \
               (select bill_number from shikiri.slip order by bill_number limit 10)";
    superuser.batch_execute(cut).await.expect("a superuser may");
    let missing: u32 = 400 - text(&superuser, count).await.parse::<u32>().expect("a number");
    assert!(0 < missing);
    let said = std::sync::Mutex::new(String::new());
    let say = |line: &str| said.lock().expect("one thread").push_str(line);
    let again =
        Stage::set(ground.clone(), database, &theatre.world, &say).await.expect("set again");
    assert_eq!(text(&superuser, count).await, "400");
    let wanted = format!("{missing} of them registered now");
    assert!(said.into_inner().expect("no panic").contains(&wanted), "{wanted}");
    again.close();
    theatre.close().await;
}
