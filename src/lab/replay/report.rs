//! What a replay found: `report.json`, and the table at the terminal.

use serde::Serialize;

/// What a replay found. Figures are counted from rows and files, not assumed.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Which accident.
    pub scenario: &'static str,
    /// What the data are: nobody's.
    pub data: &'static str,
    /// The world it was acted in.
    pub world: WorldFigures,
    /// What the naive twin listed before the second login.
    pub naive_before: NaiveRun,
    /// What it listed afterwards, each time.
    pub naive_runs: Vec<NaiveRun>,
    /// All its rows together.
    pub naive_union: Union,
    /// Rows that shikiri holds for the other billers, each counted by their own clerk: so that a zero below means something.
    pub shikiri_rows_of_others: u64,
    /// What shikiri did in the same places.
    pub shikiri: Vec<Case>,
    /// The naive twin leaked as the accident did.
    pub naive_leaked: bool,
    /// shikiri gave no row of another biller, and each refusal was loud.
    pub shikiri_held: bool,
    /// What did not come out as it must. Empty when the replay succeeded.
    pub broken_facts: Vec<String>,
    /// Seconds that it took, without the loading.
    pub seconds: f64,
}

/// Figures of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WorldFigures {
    /// Billers.
    pub billers: u32,
    /// Slips at the start.
    pub slips: u32,
    /// Slips of the biller that prints.
    pub printing_rows: u32,
    /// Slips of the largest other biller.
    pub largest_rows: u32,
    /// Rows that the report takes.
    pub window: u32,
}

/// One list of the naive twin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NaiveRun {
    /// Rows.
    pub rows: u32,
    /// Rows of the biller that asked.
    pub own_rows: u32,
    /// Other billers among them.
    pub other_billers: u32,
    /// Pages of the drawn file.
    pub pages: u32,
    /// SHA-256 of the drawn file.
    pub sha256: String,
    /// Seconds of the query.
    pub query_seconds: f64,
    /// Seconds of the drawing.
    pub draw_seconds: f64,
}

/// The rows of all runs, each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Union {
    /// Rows of others.
    pub rows_of_others: u32,
    /// Billers that they are of.
    pub other_billers: u32,
    /// Rows of the largest of them.
    pub rows_of_largest: u32,
}

/// One thing that was tried on shikiri.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// What was tried.
    pub what: &'static str,
    /// What came: the export's state, or the refusal.
    pub outcome: String,
    /// Rows that came out.
    pub rows: u64,
    /// Other billers among them; none when that could not be established, which counts as a leak.
    pub other_billers: Option<u32>,
    /// Pages of rows.
    pub pages: u32,
    /// How it was established.
    pub proof: &'static str,
}

/// What each case is called; the verdict asks for every one of them.
pub(super) mod cases {
    /// There is no filter to lose: all that can be asked for is all of the bound biller.
    pub(crate) const NO_FILTER: &str = "no filter";
    /// A statement on the application's connection, without any session.
    pub(crate) const CONTEXT_LOST: &str = "context lost";
    /// A second login while an export runs.
    pub(crate) const SECOND_LOGIN: &str = "second login mid-export";
    /// The first session afterwards.
    pub(crate) const FIRST_SESSION: &str = "first session afterwards";
}

impl Report {
    /// The table, as lines for a terminal.
    #[must_use]
    pub fn table(&self) -> Vec<String> {
        let line =
            |who: &str, what: &str, rows: u64, others: Option<u32>, pages: u32, end: &str| {
                let others = others.map_or("?".to_owned(), |it| it.to_string());
                format!("{who:<8} {what:<26} {rows:>7} {others:>14} {pages:>6}  {end}")
            };
        let mut lines = vec![format!(
            "{:<8} {:<26} {:>7} {:>14} {:>6}  {}",
            "who", "what", "rows", "other billers", "pages", "outcome"
        )];
        let of_naive = |what: &str, run: &NaiveRun| {
            let end = if run.other_billers == 0 { "own rows" } else { "LEAK" };
            line("naive", what, run.rows.into(), Some(run.other_billers), run.pages, end)
        };
        lines.push(of_naive("before the second login", &self.naive_before));
        for (number, run) in (1..).zip(&self.naive_runs) {
            lines.push(of_naive(&format!("run {number}"), run));
        }
        let union = &self.naive_union;
        lines.push(format!(
            "{:<8} {:<26} {:>7} {:>14} {:>6}  {} rows of one biller alone",
            "naive",
            "all runs together",
            union.rows_of_others,
            union.other_billers,
            "",
            union.rows_of_largest
        ));
        for it in &self.shikiri {
            lines.push(line("shikiri", it.what, it.rows, it.other_billers, it.pages, &it.outcome));
        }
        lines
    }

    /// Whether the replay showed what it is for.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.naive_leaked && self.shikiri_held && self.broken_facts.is_empty()
    }
}
