//! The fuzzer on a broken wall: it notices every damage that an answer can show.

use std::time::Instant;

use super::{
    differential::{Whole, everything, say},
    door::Run,
    field::Field,
    planner,
};
use crate::attacks::{self, MUTATIONS, Wire};

/// Damages that change no answer by their nature, and why. Others of the battery notice them.
const UNSEEN: &[(&str, &str)] = &[
    ("floor dropped", "the other policy says the same"),
    ("rows: using (true)", "the floor says the same"),
    ("floor: using (true)", "the other policy says the same"),
    ("with check dropped", "a policy without WITH CHECK holds what is written against its USING"),
    (
        "seal not checked, by a MAC",
        "there is no key here: the battery breaks it where there is one",
    ),
    (
        "planner statistics",
        "they are in estimates, which no row and no error repeats: attacks 16 and 17",
    ),
];

/// Statements on a damaged wall, in rounds that ask everything: most damages show in the first, and a finding ends it.
const QUERIES: u32 = 400;

/// Rounds at most.
const ROUNDS: u32 = 8;

/// The seed is fixed: whether a damage is noticed must not be a matter of luck.
const SEED: u32 = 9;

/// What the fuzzer says of a copy of the whole world with a damage: its first finding, if there is one.
async fn noticed(whole: (&Field, &Whole), damage: &str, rounds: u32) -> Option<String> {
    let field = whole.0.copied().await;
    let mut root = Wire::connect(&field.target.superuser).await;
    root.must(damage).await;
    first_finding(&field, whole.1, rounds).await
}

async fn first_finding(field: &Field, whole: &Whole, rounds: u32) -> Option<String> {
    let mut root = Wire::connect(&field.target.superuser).await;
    let planner = planner::settings(&mut root).await;
    for round in 0..rounds {
        let mut run = Run::new(field, &planner, SEED + round, true);
        everything(&mut run, whole, QUERIES).await;
        if let Some(finding) = run.findings.into_iter().next() {
            return Some(finding);
        }
    }
    None
}

#[tokio::test]
async fn every_damage_that_an_answer_can_show_is_noticed() {
    let field = Field::new().await;
    let whole = Whole::of(&field).await;
    let started = Instant::now();
    assert_eq!(noticed((&field, &whole), "select 1", 2).await, None, "the wall is whole");
    let mut missed = Vec::new();
    for (name, damage) in MUTATIONS {
        let at = started.elapsed();
        let excused = UNSEEN.iter().find(|(it, _)| it == name);
        if let Some((_, reason)) = excused {
            say(&format!("not looked at: {name}: {reason}"));
            continue;
        }
        let found = noticed((&field, &whole), damage, ROUNDS).await;
        let first = found.as_deref().and_then(|it| it.lines().next()).unwrap_or("NOTHING");
        let took = (started.elapsed() - at).as_secs_f32();
        say(&format!("{took:.1} s: {name}: {}", first.chars().take(150).collect::<String>()));
        if found.is_none() {
            missed.push(*name);
        }
    }
    assert_eq!(missed, Vec::<&str>::new(), "damages that the fuzzer does not notice");
    for (name, _) in UNSEEN {
        assert!(MUTATIONS.iter().any(|(it, _)| it == name), "{name} is no damage any more");
    }
    say(&format!("{} damages in {} s", MUTATIONS.len(), started.elapsed().as_secs()));
}

/// BYPASSRLS belongs to the whole server, and every wall on it sees a role that has it: a server of its own.
#[tokio::test]
async fn a_login_that_bypasses_row_security_is_noticed() {
    let mut field = Field::alone().await;
    let whole = Whole::of(&field).await;
    let role = attacks::bypassing(&field.world, &mut field.target).await;
    let found = first_finding(&field, &whole, ROUNDS).await;
    let mut root = Wire::connect(&field.target.superuser).await;
    root.must(&format!("drop owned by {role}; drop role {role}")).await;
    assert!(found.is_some(), "it reads everybody's rows, and nothing was noticed");
}
