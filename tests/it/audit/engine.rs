//! The engine: our own schema is clean and complete, every planted fault is seen, and the tool's ends are as promised.

use std::process::{Command, Output};

use shikiri::{
    audit::{
        self, Report, Severity, Urls, Verdict,
        attempts::{Depth, Untried},
        config::Config,
        render::{self, Language},
        self_test,
    },
    dba::catalog::{self, Login},
    testkit::{CANARY, World, server_for_roles},
};
use time::{OffsetDateTime, macros::date};

use super::{OF_OTHERS, is_of_a_ground};

/// How this world is audited.
pub fn urls(world: &World) -> Urls {
    Urls {
        admin: world.superuser_url(),
        app: world.url(Login::App),
        operator: world.url(Login::Operator),
        others: [Login::Checker, Login::Auditor].map(|it| (it, world.url(it))).into(),
    }
}

/// Audits, again while logins of other tests are there that nobody declared.
async fn audited(config: &Config, depth: Depth) -> Report {
    for _ in 0..60 {
        let now = OffsetDateTime::now_utc();
        let report = audit::conduct(config, depth, now).await.expect("it runs");
        if !report.findings.iter().any(is_of_a_ground) {
            return report;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("logins of other tests are there for longer than half a minute");
}

#[tokio::test]
async fn our_own_schema_is_clean_and_everything_was_tried() {
    let world = World::new().await;
    let config = audit::own(&urls(&world), Vec::new()).await.expect("probe billers");
    let report = audited(&config, Depth::Writes).await;
    let text = render::text(&report, Language::En);
    assert_eq!(report.verdict(Severity::Low), Verdict::Clean, "{text}");
    assert!(200 < report.tally.tried, "{text}");
    assert!(0 < report.tally.filtered, "no read was answered: nothing was earned\n{text}");
    assert_eq!(report.tally.leaked, 0, "{text}");
    let cell = &report.matrix[&("shikiri_app".into(), "shikiri.slip".into(), "select")];
    assert_eq!(cell.reach, "own", "A sees its own rows, and B's were there");
}

#[tokio::test]
async fn what_had_no_answer_is_untried_and_no_refusal() {
    let world = World::new().await;
    let config = audit::own(&urls(&world), Vec::new()).await.expect("probe billers");
    let busy = "create function shikiri.busy() returns integer language plpgsql stable as $$ begin \
             raise exception 'as if a lock were held' using errcode = '55P03'; end $$; \
         revoke execute on function shikiri.busy() from public; \
         grant execute on function shikiri.busy() to shikiri_app";
    catalog::run_script(&world.superuser_url(), busy).await.expect("plants");
    let report = audited(&config, Depth::Writes).await;
    let said = |it: &&Untried| it.rule == "X02" && it.why.contains("no answer (55P03)");
    let untried = report.untried.iter().find(said);
    assert!(untried.is_some(), "{:?}", report.untried);
    assert!(untried.is_some_and(|it| it.role.as_deref() == Some("shikiri_app")));
}

#[tokio::test]
async fn what_anybody_breaks_by_hand_is_demonstrated_and_raised() {
    let world = World::new().await;
    let config = audit::own(&urls(&world), Vec::new()).await.expect("probe billers");
    let damage = "create view shikiri.v_slip as select * from shikiri.slip; \
         grant select on shikiri.v_slip to shikiri_app";
    catalog::run_script(&world.superuser_url(), damage).await.expect("breaks");
    let report = audited(&config, Depth::Reads).await;
    let found = |id: &str| report.findings.iter().find(|it| it.rule == id).expect("it is found");
    let (rule, attempt) = (found("V01"), found("X01"));
    assert_eq!((rule.severity, attempt.severity), (Severity::Critical, Severity::Critical));
    assert!(rule.also.contains(&"X01".to_owned()), "{rule:?}");
    assert!(attempt.also.contains(&"V01".to_owned()), "{attempt:?}");
    let seen = attempt.evidence.as_ref().expect("it was seen");
    assert!(0 < seen.rows, "{seen:?}");
    assert_eq!(report.verdict(Severity::High), Verdict::Found);
    // In Japanese each finding says why and what to do; only its detail and its SQL are as they were.
    for text in [render::text(&report, Language::Ja), render::html(&report, Language::Ja)] {
        for it in &report.findings {
            let [why, fix] = report.japanese(&it.rule).expect("a rule that ran");
            assert!(text.contains(why) && text.contains(fix), "{}: {text}", it.rule);
        }
    }
    for text in [
        render::text(&report, Language::En),
        render::text(&report, Language::Ja),
        render::json(&report),
        render::sarif(&report),
        render::html(&report, Language::Ja),
        render::fixes(&report),
    ] {
        assert!(text.contains("V01"), "{text}");
        assert!(!text.contains(CANARY), "a value of B stands in a report");
        assert!(!text.contains("監査用 乙丑"), "a value of B stands in a report");
    }
}

#[tokio::test]
async fn every_planted_fault_is_seen_by_an_id_that_names_it_and_correct_designs_are_quiet() {
    let admin = server_for_roles().expect("there is a server").superuser();
    let seen = self_test::self_test(&admin, None, &|_| {}).await.expect("it plants");
    assert_eq!(seen.len(), 69, "60 faults, 9 correct designs");
    let missed: Vec<_> = seen.iter().filter(|it| !it.passed()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    // Some faults stop tenants from seeing anything; a correct design leaves nothing untried.
    let clean: Vec<_> = seen.iter().filter(|it| it.fault.is_empty()).collect();
    assert_eq!(clean.len(), 9);
    assert!(clean.iter().all(|it| it.untried.is_empty()), "{clean:#?}");
}

#[tokio::test]
async fn a_suppression_counts_until_its_last_day() {
    let world = World::new().await;
    let until = |until| audit::config::Suppression {
        rule: "T11".to_owned(),
        object: "shikiri.slip".to_owned(),
        reason: "a test".to_owned(),
        owner: "dba@example.test".to_owned(),
        until,
    };
    let damage = "grant references on shikiri.slip to shikiri_app";
    catalog::run_script(&world.superuser_url(), damage).await.expect("breaks");
    let with = async |list| {
        let config = audit::own(&urls(&world), list).await.expect("probe billers");
        audited(&config, Depth::Static).await
    };
    let ids = |report: &Report| -> Vec<String> {
        // W01 is right: what was granted by hand is not what was deployed.
        report.findings.iter().map(|it| it.rule.clone()).filter(|it| it != "W01").collect()
    };
    assert!(ids(&with(Vec::new()).await).contains(&"T11".to_owned()));
    let report = with(vec![until(date!(2099 - 12 - 31))]).await;
    assert_eq!((ids(&report), report.suppressed.len()), (Vec::new(), 1));
    let report = with(vec![until(date!(2020 - 01 - 01))]).await;
    assert!(ids(&report).contains(&"S01".to_owned()), "{:?}", ids(&report));
}

#[tokio::test]
async fn the_wall_that_a_migration_left_is_in_the_history_and_a_change_makes_another() {
    let world = World::new().await;
    let url = world.url(Login::Operator);
    let first = catalog::walls(&url).await.expect("history");
    assert_eq!(first[0].wall_digest, catalog::live_wall(&url).await.expect("live"));
    assert!(!catalog::record_wall(&url).await.expect("records"), "nothing changed");
    let damage = "grant references on shikiri.slip to shikiri_app";
    catalog::run_script(&world.superuser_url(), damage).await.expect("breaks");
    assert!(catalog::record_wall(&url).await.expect("records"), "it changed");
    let walls = catalog::walls(&url).await.expect("history");
    let text = render::history_diff(&walls[1], &walls[0]);
    assert!(text.contains("on relation shikiri.slip to shikiri_app|rx/shikiri_owner"), "{text}");
    assert!(render::history(&walls, &walls[0].wall_digest).contains("<- live now"));
}

/// Runs the program against a world.
/// Runs it. Roles belong to the whole server: while another test's logins are all that is found, it is run again.
fn program(world: &World, arguments: &[&str], admin: bool) -> Output {
    program_of(world, arguments, admin, true)
}

fn program_of(world: &World, arguments: &[&str], admin: bool, checker: bool) -> Output {
    for _ in 0..60 {
        let output = program_with(world, arguments, admin, checker);
        if !is_of_another(&String::from_utf8_lossy(&output.stdout)) {
            return output;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    panic!("logins of other tests are there for longer than half a minute");
}

/// Whether a text report finds undeclared logins of throw-away databases and nothing else.
fn is_of_another(text: &str) -> bool {
    let mut lines = text.lines();
    let mut found = 0;
    while let Some(line) = lines.next() {
        let grave = line.starts_with('[') && !line.starts_with("[info]");
        if !grave {
            continue;
        }
        let about = lines.next().unwrap_or_default().trim_start();
        let of_another = about
            .strip_prefix("role ")
            .is_some_and(|role| OF_OTHERS.iter().any(|it| role.starts_with(it)));
        if !line.contains(" R10 ") || !of_another {
            return false;
        }
        found += 1;
    }
    0 < found
}

fn program_with(world: &World, arguments: &[&str], admin: bool, checker: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command.arg("audit").args(arguments).env_clear().current_dir(std::env::temp_dir());
    command
        .env("SHIKIRI_DATABASE_URL_APP", world.url(Login::App))
        .env("SHIKIRI_DATABASE_URL_OPERATOR", world.url(Login::Operator));
    if admin {
        command.env("SHIKIRI_DATABASE_URL_ADMIN", world.superuser_url());
    }
    if checker {
        command.env("SHIKIRI_DATABASE_URL_CHECKER", world.url(Login::Checker));
    }
    command.output().expect("it starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

#[tokio::test]
async fn the_exit_codes_are_the_ones_that_are_promised() {
    let world = World::new().await;
    let clean = program(&world, &["--writes", "--fail-on", "low"], true);
    let text = String::from_utf8_lossy(&clean.stdout).into_owned();
    assert_eq!(code(&clean), 0, "{text}{}", String::from_utf8_lossy(&clean.stderr));
    // Without --writes nothing is planted: the probe billers' own rows earn every zero.
    let reads = program(&world, &["--fail-on", "low"], true);
    assert_eq!(code(&reads), 0, "{}", String::from_utf8_lossy(&reads.stdout));
    // Without the checker no export of theirs is ever released, and the tables behind that stay empty: not everything.
    let other = World::new().await;
    let reads = program_of(&other, &[], true, false);
    let text = String::from_utf8_lossy(&reads.stdout).into_owned();
    assert_eq!(code(&reads), 3, "{text}");
    assert!(text.contains("shikiri.print_report (shikiri_app): it holds no row"), "{text}");
    assert!(!text.contains("shikiri.export_page (shikiri_app)"), "{text}");
    assert_eq!(code(&program(&world, &[], false)), 2, "nobody to read the catalogue");
    assert_eq!(code(&program(&world, &["--config", "/nowhere.toml"], true)), 2);
    assert_eq!(code(&program(&world, &["--baseline", "/nowhere.json"], true)), 2);
    assert_eq!(code(&program(&world, &["--explain", "Z99"], true)), 2);
    assert_eq!(code(&program(&world, &["--explain", "t01"], true)), 0);
    let damage = "alter policy tenant_rows on shikiri.slip using (true); \
         alter policy tenant_floor on shikiri.slip using (true)";
    catalog::run_script(&world.superuser_url(), damage).await.expect("breaks");
    let found = program(&world, &["--format", "json"], true);
    assert_eq!(code(&found), 1);
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).expect("it is JSON");
    assert_eq!(report["schema_version"], 1);
    assert!(!String::from_utf8_lossy(&found.stdout).contains("host="), "a report holds no URL");
}

#[tokio::test]
async fn a_self_test_with_a_fault_that_goes_unseen_ends_with_four() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let planted = |name: &str, sql: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, sql).expect("writes");
        let output =
            program(&world, &["--self-test", "--plant", path.to_str().expect("UTF-8")], true);
        (code(&output), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (end, text) = planted("seen.sql", "alter table app.slips disable row level security;");
    assert_eq!(end, 0, "{text}");
    assert!(text.contains("T03 critical"), "{text}");
    // Nothing is wrong with it, so nobody can see what it claims to be.
    let (end, text) =
        planted("unseen.sql", "-- A fault.\ncomment on table app.slips is 'a fault';");
    assert_eq!(end, 4, "{text}");
    assert!(text.contains("MISSED"), "{text}");
    let (end, text) = planted("broken.sql", "no sql;");
    assert_eq!(end, 2, "{text}");
}

#[tokio::test]
async fn the_json_is_what_its_schema_says_and_two_of_them_can_be_compared() {
    let world = World::new().await;
    let config = audit::own(&urls(&world), Vec::new()).await.expect("probe billers");
    let before = render::json(&audited(&config, Depth::Static).await);
    // For this database only: a setting of the role in all of them would refuse the connections of other tests.
    let damage = "grant truncate on shikiri.slip to shikiri_app; do $$ begin execute \
         format('alter role shikiri_app in database %I set work_mem = ''8MB''', current_database()); end $$";
    catalog::run_script(&world.superuser_url(), damage).await.expect("breaks");
    let mut report = audited(&config, Depth::Static).await;
    let text = render::diff(&report, &before).expect("it reads its own");
    assert!(text.contains("+ grant: shikiri_app TRUNCATE on shikiri.slip"), "{text}");
    assert!(text.contains("+ setting of shikiri_app: work_mem=8MB"), "{text}");
    super::contract::fits(&render::json(&report));
    let now = render::json(&report);
    let known = render::baseline(&mut report, &now).expect("it reads its own");
    assert!(0 < known && report.findings.is_empty(), "{known}");
}

#[tokio::test]
async fn init_writes_a_configuration_that_is_read_back() {
    let world = World::new().await;
    let text =
        audit::init(&world.superuser_url(), "${ADMIN}").await.expect("it reads the catalogue");
    let config = Config::parse(&text, None, &|_| Some("host=/tmp".to_owned())).expect("it is good");
    assert_eq!(config.tenant_columns, ["tenant_id"]);
    let roles: Vec<&str> = config.roles.iter().map(|it| it.name.as_str()).collect();
    assert!(roles.contains(&"shikiri_app") && !roles.contains(&"postgres"), "{roles:?}");
}
