//! The differential fuzzer on the whole wall: some thousands of statements, and nothing found.

use std::io::{Write, stderr};

use shikiri::testkit::Settings;

use super::{
    door::{Run, Tally, Who},
    field::Field,
    planner,
    write::Rights,
};
use crate::attacks::Wire;

/// Queries of a run, unless the environment asks for another number: each kind of asker has its share.
const QUERIES: u32 = 3_000;

/// The rights that the whole wall gives: taken before anything is broken.
pub struct Whole {
    pub app: Rights,
    pub owner: Rights,
}

impl Whole {
    pub async fn of(field: &Field) -> Whole {
        let mut root = Wire::connect(&field.target.superuser).await;
        let app = Rights::of(&mut root, Who::AppWatched.role()).await;
        Whole { app, owner: Rights::of(&mut root, Who::Owner.role()).await }
    }
}

/// Everything that the fuzzer asks, `queries` in all; each part's figures.
pub async fn everything(
    run: &mut Run<'_>,
    whole: &Whole,
    queries: u32,
) -> Vec<(&'static str, Tally)> {
    let mut res = Vec::new();
    run.rights_of_nobody().await;
    run.seals_made_up().await;
    res.push(("rights and seals", std::mem::take(&mut run.tally)));
    run.looks_of_nobody((queries / 5).max(400)).await;
    res.push(("looks of nobody", std::mem::take(&mut run.tally)));
    run.witnesses((queries / 10).max(150)).await;
    res.push(("looks with a witness", std::mem::take(&mut run.tally)));
    run.keys_of_others(&whole.app).await;
    res.push(("keys of others", std::mem::take(&mut run.tally)));
    let readers = [
        ("reads of the application", Who::App, 30),
        ("reads of the owner", Who::Owner, 15),
        ("reads of the keeper", Who::Keeper, 5),
        ("reads of the checker", Who::Checker, 5),
        ("reads of an export", Who::Export, 5),
    ];
    for (name, who, share) in readers {
        run.reads(who, queries * share / 100).await;
        res.push((name, std::mem::take(&mut run.tally)));
    }
    run.tickets_write_nothing(queries / 20).await;
    res.push(("writes of an export", std::mem::take(&mut run.tally)));
    run.writes(Who::AppWatched, &whole.app, queries * 15 / 100).await;
    res.push(("writes of the application", std::mem::take(&mut run.tally)));
    run.writes(Who::Owner, &whole.owner, queries * 20 / 100).await;
    res.push(("writes of the owner", std::mem::take(&mut run.tally)));
    res
}

/// A seed that nobody chose, unless somebody wants to see a finding again.
pub fn seed(settings: &Settings) -> u32 {
    let chosen = std::time::UNIX_EPOCH.elapsed().expect("the clock is right").subsec_nanos();
    settings.seed.unwrap_or(chosen)
}

/// Not `eprintln!`: libtest swallows that in a test that passes, and these figures are what it passed with.
pub fn say(text: &str) {
    drop(writeln!(stderr(), "{text}"));
}

#[tokio::test]
async fn a_sealed_answer_is_the_answer_with_the_tenant_written_out() {
    let settings = Settings::from_env().expect("readable");
    let (seed, queries) = (seed(&settings), settings.fuzz_queries.unwrap_or(QUERIES));
    let field = Field::new().await;
    let mut root = Wire::connect(&field.target.superuser).await;
    let planner = planner::settings(&mut root).await;
    let whole = Whole::of(&field).await;
    let started = std::time::Instant::now();
    say(&format!(
        "differential fuzzer: seed {seed}, {queries} statements (SHIKIRI_TEST_SEED, SHIKIRI_TEST_FUZZ_QUERIES)"
    ));
    let mut run = Run::new(&field, &planner, seed, false);
    let parts = everything(&mut run, &whole, queries).await;
    for (name, tally) in &parts {
        say(&format!("  {name}: {tally:?}"));
    }
    say(&format!("  {} s; {} planner settings", started.elapsed().as_secs(), planner.len()));
    assert!(run.findings.is_empty(), "{}", run.findings.join("\n"));
    for (name, it) in &parts {
        let looked = it.compared + it.refused;
        assert!(0 < looked, "{name}: nothing was asked");
        assert!(it.not_compared * 20 <= looked, "{name}: too much ran out of time: {it:?}");
        if name.starts_with("reads") {
            assert!(it.failed * 4 <= it.compared, "{name}: too many fail on both sides: {it:?}");
            assert!(it.compared <= it.with_rows * 5, "{name}: too many have no row: {it:?}");
        }
    }
}
