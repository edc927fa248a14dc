//! What a replay must have shown, fact by fact.

use crate::{
    domain::list_pages,
    lab::replay::report::{Case, Report, cases},
};

/// A fact that did not come out, and whose it is.
struct Broken {
    naive: bool,
    fact: String,
}

/// Judges a report: fills in its verdict.
pub(super) fn judge(mut report: Report) -> Report {
    let broken = broken(&report);
    report.naive_leaked = !broken.iter().any(|it| it.naive);
    report.shikiri_held = broken.iter().all(|it| it.naive);
    report.broken_facts = broken.into_iter().map(|it| it.fact).collect();
    report
}

/// What did not come out as it must, in words. Empty when the replay showed what it is for.
#[must_use]
pub fn broken_facts(report: &Report) -> Vec<String> {
    broken(report).into_iter().map(|it| it.fact).collect()
}

fn broken(report: &Report) -> Vec<Broken> {
    let mut facts = of_naive(report);
    facts.extend(of_shikiri(report));
    facts
}

fn of_naive(report: &Report) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut must_be = |what: String, found: u64, wanted: u64| {
        if found != wanted {
            let fact = format!("naive, {what}: {found}, and not {wanted}");
            broken.push(Broken { naive: true, fact });
        }
    };
    let (world, before) = (&report.world, &report.naive_before);
    let others = u64::from(world.billers - 1);
    // The world before: the twin works as its authors meant it.
    must_be("own rows before".to_owned(), before.own_rows.into(), world.printing_rows.into());
    must_be("other billers before".to_owned(), before.other_billers.into(), 0);
    must_be("runs, at least one".to_owned(), u64::from(!report.naive_runs.is_empty()), 1);
    for (number, run) in (1..).zip(&report.naive_runs) {
        let named = |what: &str| format!("run {number}, {what}");
        must_be(named("rows"), run.rows.into(), world.window.into());
        must_be(named("own rows"), run.own_rows.into(), 0);
        must_be(named("other billers"), run.other_billers.into(), others);
        must_be(named("pages"), run.pages.into(), list_pages(world.window).into());
    }
    // One slip came between the first run and the second.
    let late = u64::from(1 < report.naive_runs.len());
    let union = &report.naive_union;
    must_be(
        "rows of all runs".to_owned(),
        union.rows_of_others.into(),
        u64::from(world.window) + late,
    );
    must_be("billers of all runs".to_owned(), union.other_billers.into(), others);
    let largest = u64::from(world.largest_rows);
    must_be("rows of the largest biller".to_owned(), union.rows_of_largest.into(), largest);
    broken
}

fn of_shikiri(report: &Report) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut must = |holds: bool, fact: String| {
        if !holds {
            broken.push(Broken { naive: false, fact: format!("shikiri, {fact}") });
        }
    };
    let world = &report.world;
    let late = u64::from(1 < report.naive_runs.len());
    let others = u64::from(world.slips - world.printing_rows) + late;
    let rows = report.shikiri_rows_of_others;
    must(rows == others, format!("rows of others behind the wall: {rows}, and not {others}"));
    let refused = |code: &str| (format!("refused: {code}"), 0, 0);
    let own = ("ready".to_owned(), u64::from(world.printing_rows), list_pages(world.printing_rows));
    for (what, wanted) in [
        (cases::NO_FILTER, own.clone()),
        (cases::CONTEXT_LOST, refused("SK001")),
        (cases::SECOND_LOGIN, own),
        (cases::FIRST_SESSION, refused("SK012")),
    ] {
        let Some(case) = report.shikiri.iter().find(|it| it.what == what) else {
            must(false, format!("{what}: was not tried"));
            continue;
        };
        let Case { outcome, rows, other_billers, pages, .. } = case;
        must(
            *other_billers == Some(0),
            format!("{what}: rows of other billers cannot be excluded"),
        );
        let found = (outcome.clone(), *rows, *pages);
        must(
            found == wanted,
            format!(
                "{what}: {outcome}, {rows} rows, {pages} pages, and not {}, {} rows, {} pages",
                wanted.0, wanted.1, wanted.2
            ),
        );
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::{broken_facts, judge};
    use crate::lab::replay::report::{Case, NaiveRun, Report, Union, WorldFigures, cases};

    fn run(own_rows: u32, other_rows: u32, other_billers: u32, pages: u32) -> NaiveRun {
        NaiveRun {
            rows: own_rows + other_rows,
            own_rows,
            other_billers,
            pages,
            sha256: String::new(),
            query_seconds: 0.0,
            draw_seconds: 0.0,
        }
    }

    fn case(what: &'static str, outcome: &str, rows: u64, pages: u32) -> Case {
        Case { what, outcome: outcome.to_owned(), rows, other_billers: Some(0), pages, proof: "" }
    }

    /// The accident as it was, and shikiri as it should be.
    fn good() -> Report {
        Report {
            scenario: "mufg-2023",
            data: "",
            world: WorldFigures {
                billers: 113,
                slips: 70_000,
                printing_rows: 377,
                largest_rows: 28_125,
                window: 40_000,
            },
            naive_before: run(377, 0, 0, 19),
            naive_runs: (0..4).map(|_| run(0, 40_000, 112, 2_000)).collect(),
            naive_union: Union {
                rows_of_others: 40_001,
                other_billers: 112,
                rows_of_largest: 28_125,
            },
            shikiri_rows_of_others: 69_624,
            shikiri: vec![
                case(cases::NO_FILTER, "ready", 377, 19),
                case(cases::CONTEXT_LOST, "refused: SK001", 0, 0),
                case(cases::SECOND_LOGIN, "ready", 377, 19),
                case(cases::FIRST_SESSION, "refused: SK012", 0, 0),
            ],
            naive_leaked: false,
            shikiri_held: false,
            broken_facts: Vec::new(),
            seconds: 0.0,
        }
    }

    #[test]
    fn the_accident_as_it_was_succeeds() {
        let report = judge(good());
        assert_eq!(report.broken_facts, Vec::<String>::new());
        assert!(report.succeeded());
        assert!(!good().succeeded(), "not before it was judged");
    }

    type Doctor = fn(&mut Report);

    #[test]
    fn a_twin_that_leaks_less_fails() {
        let doctored: [Doctor; 7] = [
            |it| it.naive_runs[2] = run(377, 0, 0, 19),
            |it| it.naive_runs.clear(),
            |it| it.naive_runs[0].pages = 1_999,
            |it| it.naive_union.rows_of_others = 40_000,
            |it| it.naive_union.other_billers = 111,
            |it| it.naive_union.rows_of_largest = 28_124,
            // It leaked from the start: then the second login shows nothing.
            |it| it.naive_before = run(0, 40_000, 112, 2_000),
        ];
        for (place, doctor) in doctored.into_iter().enumerate() {
            let mut report = good();
            doctor(&mut report);
            let report = judge(report);
            assert!(!report.naive_leaked && !report.succeeded(), "{place}");
        }
    }

    #[test]
    fn a_wall_that_leaks_is_silent_or_stands_before_nothing_fails() {
        let doctored: [Doctor; 9] = [
            |it| it.shikiri[0].rows = 378,
            |it| it.shikiri[0].other_billers = None,
            |it| it.shikiri[0].pages = 20,
            |it| it.shikiri[0].outcome = "failed: drawing".to_owned(),
            |it| it.shikiri[1] = case(cases::CONTEXT_LOST, "answered", 0, 0),
            |it| it.shikiri[1] = case(cases::CONTEXT_LOST, "refused: 42501", 0, 0),
            |it| it.shikiri[2].other_billers = Some(1),
            |it| drop(it.shikiri.pop()),
            |it| it.shikiri_rows_of_others = 0,
        ];
        for (place, doctor) in doctored.into_iter().enumerate() {
            let mut report = good();
            doctor(&mut report);
            let report = judge(report);
            assert!(report.naive_leaked, "{place}");
            assert!(!report.shikiri_held && !report.succeeded(), "{place}");
            assert_eq!(report.broken_facts, broken_facts(&report));
        }
    }
}
