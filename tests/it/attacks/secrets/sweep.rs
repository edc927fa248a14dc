//! Calls everything under one setting after the other, and listens.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use shikiri::dba::catalog::Login;

use super::{
    reaching::{Job, Shot},
    renderings::{Found, Renderings, Search},
    stage::Stage,
    tap::{Reply, Tap},
};

/// Connections that call at the same time.
const WORKERS: usize = 2;

/// What is set before anything is called.
#[derive(Debug, Clone, Default)]
pub struct Prelude {
    pub label: String,
    /// For parameters that a session takes when it begins.
    pub options: String,
    /// `set local …`, in the transaction of the calls.
    pub sql: String,
    /// Every call makes all its plans anew: only then all of them are printed.
    pub replans: bool,
}

/// A secret that somebody was told, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub secret: String,
    pub function: String,
    /// `message`, `row` or `log`.
    pub place: &'static str,
    pub rendering: &'static str,
    pub login: String,
    pub prelude: String,
}

/// How much was done: a zero is worth what it cost.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Calls under a setting.
    pub calls: u64,
    /// Of them without an error.
    pub done: u64,
    pub messages: u64,
    pub bytes: u64,
    /// Settings and doors that the server refused: nothing was called behind them.
    pub refused: BTreeMap<String, u64>,
    pub findings: BTreeSet<Finding>,
    /// Errors of calls that must succeed.
    pub failed: BTreeSet<String>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.calls += other.calls;
        self.done += other.done;
        self.messages += other.messages;
        self.bytes += other.bytes;
        for (what, count) in other.refused {
            *self.refused.entry(what).or_default() += count;
        }
        self.findings.extend(other.findings);
        self.failed.extend(other.failed);
    }
}

/// Makes every call of every job after every prelude.
pub fn sweep(
    stage: &Stage,
    jobs: &[Job],
    preludes: &[Prelude],
    renderings: &Arc<Renderings>,
) -> Tally {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut worker = Worker::new(stage, renderings);
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(prelude) = preludes.get(n / jobs.len()) else { break };
                    worker.transaction(&jobs[n % jobs.len()], prelude);
                }
                worker.tally.bytes += worker.said.bytes;
                all.lock().expect("no worker panicked").add(worker.tally);
            });
        }
    });
    all.into_inner().expect("no worker panicked")
}

struct Worker<'a> {
    stage: &'a Stage,
    taps: BTreeMap<&'static str, Tap>,
    said: Search,
    rows: Search,
    tally: Tally,
}

impl<'a> Worker<'a> {
    fn new(stage: &'a Stage, renderings: &Arc<Renderings>) -> Worker<'a> {
        Worker {
            stage,
            taps: BTreeMap::new(),
            said: Search::new(renderings),
            rows: Search::new(renderings),
            tally: Tally::default(),
        }
    }

    fn transaction(&mut self, job: &Job, prelude: &Prelude) {
        let place = self.stage.place(job.login);
        let kept = self.taps.remove(job.login.role()).filter(|_| prelude.options.is_empty());
        let mut tap = match kept.map_or_else(|| Tap::connect(&place, &prelude.options), Ok) {
            Ok(tap) => tap,
            Err(state) => {
                let what = format!("{}: no connection ({state})", prelude.label);
                *self.tally.refused.entry(what).or_default() += 1;
                return;
            }
        };
        let before = tap.messages;
        self.calls(&mut tap, job, prelude);
        self.tally.messages += tap.messages - before;
        if !tap.gone && prelude.options.is_empty() {
            self.taps.insert(job.login.role(), tap);
        }
    }

    fn calls(&mut self, tap: &mut Tap, job: &Job, prelude: &Prelude) {
        // Plans are made anew, with the values of their variables: only then they are printed.
        let begin = format!(
            "rollback; begin; set local plan_cache_mode = force_custom_plan; \
             set local client_min_messages = debug5; {} {}",
            prelude.sql,
            if prelude.replans { "discard plans" } else { "" }
        );
        let refused = tap.simple(&begin).state;
        self.listen(tap, job.login, "the setting itself", prelude);
        if let Some(state) = refused {
            let what = format!("{}: {state}", prelude.label);
            *self.tally.refused.entry(what).or_default() += 1;
            return;
        }
        let shut = self.stage.open(tap, job.door);
        self.listen(tap, job.login, "the door", prelude);
        if let Some(state) = shut {
            let what = format!("{}: the door {:?} says {state}", prelude.label, job.door);
            *self.tally.refused.entry(what).or_default() += 1;
            return;
        }
        for shot in &job.shots {
            let reply = shoot(tap, shot, prelude.replans);
            self.tally.calls += 1;
            let reply_failed = reply.state.is_some();
            self.tally.done += u64::from(!reply_failed);
            if let Some(state) = reply.state.filter(|_| shot.must_succeed && prelude.replans) {
                let said = String::from_utf8_lossy(&tap.heard);
                let why = said.lines().last().unwrap_or_default().replace('\0', " ");
                self.tally.failed.insert(format!("{}: {state}: {why}", shot.sql));
            }
            self.listen(tap, job.login, &shot.function, prelude);
            if tap.gone {
                return;
            }
            if !shot.params.is_empty() || reply_failed {
                tap.simple(BACK);
            }
        }
        tap.simple("rollback");
        self.listen(tap, job.login, "the end", prelude);
    }

    fn listen(&mut self, tap: &mut Tap, login: Login, function: &str, prelude: &Prelude) {
        let said = self.said.read(&std::mem::take(&mut tap.heard));
        let rows = self.rows.read(&std::mem::take(&mut tap.rows));
        for (place, found) in [("message", said), ("row", rows)] {
            for it in found {
                if self.may_know(login, &it) {
                    continue;
                }
                self.tally.findings.insert(Finding {
                    secret: it.secret,
                    function: function.to_owned(),
                    place,
                    rendering: it.rendering,
                    login: login.role().to_owned(),
                    prelude: prelude.label.clone(),
                });
            }
        }
    }

    /// A biller's own chain is told to it in certificates. The operator verifies every chain (`verify_chain`), and is told
    /// who ordered an export (`resolve_page`).
    fn may_know(&self, login: Login, found: &Found) -> bool {
        let own = format!("chain_head.hash of {}", self.stage.a);
        let told = ["chain_head", "user_id"].iter().any(|it| found.secret.starts_with(it));
        found.secret == own || login == Login::Operator && told
    }
}

/// Undoes what a call did.
const BACK: &str = "rollback to savepoint shot; release savepoint shot";

/// One call in a savepoint. One that succeeds without parameters is undone in the same message: that is half the time.
fn shoot(tap: &mut Tap, shot: &Shot, replans: bool) -> Reply {
    let before = if replans { "savepoint shot; discard plans" } else { "savepoint shot" };
    if shot.params.is_empty() {
        return tap.simple(&format!("{before}; {}; {BACK}", shot.sql));
    }
    tap.simple(before);
    tap.extended(&shot.sql, &shot.params)
}

/// One call through a door outside of a sweep, for who looks at what it did.
pub fn single(stage: &Stage, tap: &mut Tap, job: &Job, shot: Option<&Shot>) {
    tap.simple("rollback; begin");
    stage.open(tap, job.door);
    if let Some(shot) = shot {
        tap.simple("savepoint shot");
        if tap.extended_or_simple(&shot.sql, &shot.params).state.is_some() {
            tap.simple("rollback to savepoint shot");
        }
    }
    tap.simple("select pg_stat_force_next_flush()");
    tap.simple("rollback");
    tap.heard.clear();
    tap.rows.clear();
}
