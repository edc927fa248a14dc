//! Runs a file of `tests/attacks` against a target and says what it learnt.

use std::{collections::BTreeMap, time::Duration};

use tokio::task::JoinHandle;

use super::{
    script::{Door, Script, Step},
    target::{Kind, Target},
    wire::{Outcome, Wire},
};

/// What every name and text of B holds. Attacks that make a value of their own use it too.
const CANARY: &str = "CANARY";

/// How often a statement is sent again that met what another test does to the server meanwhile.
const STUMBLES_MAX: u32 = 30;

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The attacker learnt or did something.
    Leak(String),
    /// The run is not what the file says; on the naive schema that is of no interest.
    Unexpected(String),
}

/// Runs a file. Nothing is found when the target holds.
pub async fn run(script: &Script, target: &Target) -> Vec<Finding> {
    earn(script, target).await;
    let mut attack = Attack {
        target,
        wire: Wire::connect(&target.app).await,
        door: Door::Outside,
        asides: Vec::new(),
        oracles: BTreeMap::new(),
        findings: Vec::new(),
    };
    let version = attack.wire.value("select current_setting('server_version_num')").await;
    let major = version.parse::<u32>().expect("a number") / 10_000;
    for step in &script.steps {
        if let Some(door) = step.door {
            attack.open(door).await;
        }
        let fits =
            step.from.is_none_or(|it| major >= it) && step.seal.is_none_or(|it| it == target.seal);
        if fits && !step.sql.is_empty() {
            attack.step(step).await;
        }
    }
    attack.finish().await
}

/// Shows that what is attacked exists: for a superuser, and for B itself.
async fn earn(script: &Script, target: &Target) {
    let default = ["select count(*) from shikiri.slip where tenant_id = :id_of_b \
         and customer_name like 'CANARY%'"
        .to_owned()];
    let counts = if script.earned.is_empty() { &default[..] } else { &script.earned };
    let mut root = Wire::connect(&target.superuser).await;
    // What statistics there are must be there: estimates speak only after it.
    root.must("analyze").await;
    for count in counts {
        let found = root.value(&target.fill(count)).await;
        assert_ne!(found, "0", "{}: nothing there to steal: {count}", script.name);
        assert_ne!(found, "", "{}: nothing there to steal: {count}", script.name);
    }
    let mut app = Wire::connect(&target.app).await;
    for (party, canaries) in [(&target.a, false), (&target.b, true)] {
        enter(&mut app, target, &party.secret).await;
        let own = "select count(*) > 0 and count(*) filter (where customer_name like 'CANARY%') = \
             case when :canaries then count(*) else 0 end from shikiri.slip";
        let own = target.fill(own).replace(":canaries", &canaries.to_string());
        assert_eq!(app.value(&own).await, "t", "{}: a biller does not see its own", script.name);
    }
}

/// Begins a transaction the way the application does.
async fn enter(wire: &mut Wire, target: &Target, secret: &str) {
    match target.kind {
        Kind::Wall | Kind::Hardened => wire.enter(secret).await,
        Kind::Naive => {
            wire.must("rollback; begin").await;
            let set = "select set_config('app.tenant_id', $1::text, true)";
            let set = wire.extended(set, &[Some(secret.to_owned())]).await;
            assert!(set.state.is_none(), "{}", set.all());
        }
    }
}

struct Attack<'a> {
    target: &'a Target,
    wire: Wire,
    door: Door,
    asides: Vec<(usize, Vec<String>, JoinHandle<Outcome>)>,
    oracles: BTreeMap<String, (usize, String)>,
    findings: Vec<Finding>,
}

impl Attack<'_> {
    async fn open(&mut self, door: Door) {
        self.door = door;
        match door {
            Door::A => enter(&mut self.wire, self.target, &self.target.a.secret).await,
            Door::B => enter(&mut self.wire, self.target, &self.target.b.secret).await,
            Door::Nobody => self.wire.must("rollback; begin").await,
            Door::Outside => self.wire.must("rollback").await,
        }
    }

    async fn step(&mut self, step: &Step) {
        if step.aside {
            return self.start_aside(step).await;
        }
        // An error must not end the transaction: an attacker would use savepoints too.
        let word = step.sql.split([' ', ';', '\n']).next().unwrap_or_default().to_lowercase();
        let control = ["begin", "commit", "rollback", "savepoint", "prepare", "release"];
        let inside = self.door != Door::Outside && !control.contains(&word.as_str());
        if inside && self.wire.simple("savepoint attack").await.state.is_some() {
            self.findings.push(Finding::Unexpected(format!("line {}: no transaction", step.line)));
            return;
        }
        let mut outcome = send(&mut self.wire, self.target, step).await;
        for _ in 0..STUMBLES_MAX {
            if !(inside && stumbled(&outcome)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.wire.must("rollback to savepoint attack").await;
            outcome = send(&mut self.wire, self.target, step).await;
        }
        if inside {
            let undo = "rollback to savepoint attack; release savepoint attack";
            let keep = "release savepoint attack";
            self.wire.must(if outcome.state.is_some() { undo } else { keep }).await;
        }
        self.judge(step, &outcome);
    }

    async fn start_aside(&mut self, step: &Step) {
        let mut wire = Wire::connect(&self.target.app).await;
        let (sql, params) = (self.target.fill(&step.sql), step.params.clone());
        let params = params.map(|it| fill_params(self.target, &it));
        let running = tokio::spawn(async move {
            match params {
                Some(params) => wire.extended(&sql, &params).await,
                None => wire.simple(&sql).await,
            }
        });
        self.asides.push((step.line, expected(step, self.target.kind), running));
        tokio::time::sleep(Duration::from_millis(400)).await;
    }

    /// Compares what happened with what the file says.
    fn judge(&mut self, step: &Step, outcome: &Outcome) {
        let at = format!("line {}: {}: {}", step.line, first_line(&step.sql), outcome.all());
        let leak = self.leaks(step, outcome);
        let hardened = self.target.kind == Kind::Hardened;
        if step.residual && self.target.kind == Kind::Wall {
            if leak.is_none() {
                self.findings.push(Finding::Unexpected(format!("no residual any more: {at}")));
            }
            return;
        }
        if let Some(what) = leak {
            self.findings.push(Finding::Leak(format!("{what}: {at}")));
            return;
        }
        if let Some(name) = &step.oracle {
            let seen = self.target.blur(&outcome.all());
            let (line, first) =
                self.oracles.entry(name.clone()).or_insert((step.line, seen.clone()));
            if *first != seen {
                self.findings.push(Finding::Leak(format!(
                    "the oracle {name} speaks: line {line} gives {first:?}, line {} {seen:?}",
                    step.line
                )));
                return;
            }
        }
        let expected = expected(step, self.target.kind);
        // A leak that the second tier closes without an error of its own shows nothing now.
        let fits = expected.iter().any(|it| it == outcome.code());
        let excused = hardened && step.residual;
        if !fits && !excused {
            self.findings.push(Finding::Unexpected(format!("not {}: {at}", expected.join("/"))));
        } else if step.rows.is_some_and(|it| outcome.state.is_none() && it != outcome.affected) {
            self.findings.push(Finding::Unexpected(format!("not the rows expected: {at}")));
        }
    }

    /// What the attacker learnt from one outcome.
    fn leaks(&self, step: &Step, outcome: &Outcome) -> Option<&'static str> {
        if self.door == Door::B {
            return None;
        }
        let id_of_b = self.target.b.tenant_id.to_string();
        let tenant = outcome.columns.iter().position(|it| it == "tenant_id");
        if outcome.all().contains(CANARY) {
            Some("a value of B")
        } else if tenant.is_some_and(|n| outcome.rows.iter().any(|row| row[n] == id_of_b)) {
            Some("a row of B")
        } else if step.refused && outcome.state.is_none() {
            Some("it was allowed")
        } else if step.rows.is_some_and(|it| outcome.state.is_none() && outcome.affected > it) {
            Some("rows that must not be")
        } else {
            None
        }
    }

    async fn finish(mut self) -> Vec<Finding> {
        for (line, expected, running) in std::mem::take(&mut self.asides) {
            let outcome = running.await.expect("ends");
            if !expected.iter().any(|it| it == outcome.code()) {
                let text = format!("line {line}, aside: {}", outcome.all());
                self.findings.push(Finding::Unexpected(text));
            }
        }
        // The attack did not simply break everything: A still works, on the same connection.
        if self.target.kind != Kind::Naive {
            self.wire.must("rollback; reset all").await;
            self.wire.enter(&self.target.a.secret).await;
            let own = self.wire.value("select count(*) > 0 from shikiri.slip").await;
            assert_eq!(own, "t", "A no longer sees its own rows");
        }
        self.findings
    }
}

/// Whether a statement met what another test does meanwhile: DROP OWNED looks at the grants on every database of the
/// server, and tests that run beside this one drop theirs.
fn stumbled(outcome: &Outcome) -> bool {
    let text = outcome.all();
    outcome.code() == "XX000"
        && (text.contains("cache lookup failed for database")
            || text.contains("tuple concurrently"))
}

async fn send(wire: &mut Wire, target: &Target, step: &Step) -> Outcome {
    let sql = target.fill(&step.sql);
    match &step.params {
        Some(params) => wire.extended(&sql, &fill_params(target, params)).await,
        None => wire.simple(&sql).await,
    }
}

fn fill_params(target: &Target, params: &[String]) -> Vec<Option<String>> {
    let fill = |it: &String| match it.as_str() {
        "null" => None,
        text => Some(target.fill(text).trim_matches('\'').to_owned()),
    };
    params.iter().map(fill).collect()
}

/// The SQLSTATEs a step may end with.
fn expected(step: &Step, kind: Kind) -> Vec<String> {
    if kind == Kind::Hardened && !step.hardened.is_empty() {
        step.hardened.clone()
    } else if step.sqlstate.is_empty() {
        vec!["00000".to_owned()]
    } else {
        step.sqlstate.clone()
    }
}

fn first_line(sql: &str) -> String {
    sql.lines().next().unwrap_or_default().chars().take(90).collect()
}
