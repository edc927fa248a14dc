//! Attempts: what a rule only suspects is tried here, by real logins, and counted.
//!
//! Nothing is changed for good: reads run in READ ONLY transactions, writes (`Depth::Writes` alone) in
//! transactions that are rolled back. Every zero is earned: the rows are shown to exist for somebody, or the
//! attempt is listed as not made.

mod arguments;
mod census;
mod context;
mod functions;
mod grounds;
mod inserts;
mod lasting;
mod matrix;
mod oracles;
mod outcome;
mod planted;
mod power;
mod reads;
mod sequences;
mod side;
mod staged;
mod titles;
mod tricks;
mod whose;
mod writes;

pub use census::{Census, Relation, Rights};
pub use outcome::{Cell, Outcome, Tally, Untried};
pub(super) use titles::{explained, titles};

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;

use crate::{
    audit::config::{Config, Role},
    dba::probe::{self, Canaries, Probe},
};
use context::Door;
use grounds::Grounds;
use staged::Stage;

/// How far an audit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Catalogues alone.
    Static,
    /// And reads, in READ ONLY transactions.
    Reads,
    /// And changes, rolled back. For staging and CI: an ALTER that succeeds holds its lock until then, and
    /// sequences advance.
    Writes,
}

/// One login at work.
struct Hunt<'a> {
    config: &'a Config,
    census: &'a Census,
    canaries: Arc<Canaries>,
    grounds: Arc<Grounds>,
    role: &'a Role,
    probe: Probe,
    depth: Depth,
    salt: [u8; 32],
    /// SQLSTATEs that were no answer, of the attempts on one thing.
    unsure: BTreeSet<String>,
    out: Outcome,
}

/// Attempts under way: what only reads has been tried, every login is still there.
pub struct Begun<'a> {
    config: &'a Config,
    census: &'a Census,
    depth: Depth,
    hunts: Vec<(Hunt<'a>, Vec<Door>)>,
    salt: [u8; 32],
    out: Outcome,
}

/// Makes every attempt that only reads, as every runtime role at once.
///
/// # Errors
/// When the administrator's connection fails; a role that cannot log in is an attempt that was not made.
pub async fn begin<'a>(
    config: &'a Config,
    census: &'a Census,
    admin: &Probe,
    depth: Depth,
    salt: [u8; 32],
) -> Result<Begun<'a>, probe::Error> {
    let (mut out, mut hunts) = (Outcome::default(), Vec::new());
    if depth == Depth::Static {
        return Ok(Begun { config, census, depth, hunts, salt, out });
    }
    if census.a.is_none() || census.b.is_none() {
        out.untried("X01", "every table", None, "there are no two tenants: name them in [tenant]");
        return Ok(Begun { config, census, depth, hunts, salt, out });
    }
    let (canaries, grounds) = grounds::survey(config, census, admin, salt, &mut out).await?;
    let (canaries, grounds) = (Arc::new(canaries), Arc::new(grounds));
    let hunt = async |role: &'a Role| {
        let probe = Probe::connect(&role.url, salt).await?;
        let (canaries, grounds) = (canaries.clone(), grounds.clone());
        let out = Outcome::default();
        let unsure = BTreeSet::new();
        let mut hunt =
            Hunt { config, census, canaries, grounds, role, probe, depth, salt, unsure, out };
        let doors = hunt.open_doors().await;
        hunt.reads(&doors).await;
        Ok::<_, probe::Error>((hunt, doors))
    };
    let ends = join_all(config.roles.iter().map(hunt)).await;
    for (role, end) in config.roles.iter().zip(ends) {
        match end {
            Ok(hunt) => hunts.push(hunt),
            Err(err) => {
                let why = format!("{} cannot log in: {err}", role.name);
                out.untried("X01", "every relation", Some(&role.name), &why);
            }
        }
    }
    Ok(Begun { config, census, depth, hunts, salt, out })
}

impl Begun<'_> {
    /// Makes the attempts that would change something, where the depth is [`Depth::Writes`], and plants what was missing.
    ///
    /// One login after the other, and nothing else beside: a lock that is not to be had is no refusal.
    pub async fn end(self, admin: &Probe) -> Outcome {
        let mut out = self.out;
        let mut stage = None;
        if self.depth == Depth::Writes && self.census.is_superuser {
            match Stage::set(self.config, admin, self.salt).await {
                Ok(it) => stage = Some(it),
                Err(err) => out.untried("X03", "what others have", None, &err.to_string()),
            }
        }
        for (mut hunt, doors) in self.hunts {
            if self.depth == Depth::Writes {
                hunt.writes(&doors, stage.as_ref()).await;
            }
            out.add(hunt.out);
        }
        if self.depth == Depth::Writes {
            planted::all(self.config, self.census, admin, &mut out).await;
        }
        planted::give_up(&mut out);
        out
    }
}

impl Hunt<'_> {
    /// The attempts of one login that only read.
    async fn reads(&mut self, doors: &[Door]) {
        self.looks(doors).await;
        self.answered("X01");
        self.lasting_contexts(doors).await;
        self.answered("X06");
        self.forged_contexts(doors).await;
        self.answered("X07");
        self.cached_plans(doors).await;
        self.answered("X10");
        self.conditions(doors).await;
        self.answered("X11");
        self.settings(doors).await;
        self.answered("X08");
        self.plans(doors).await;
        self.estimates(doors).await;
        self.answered("X09");
        self.side_doors(doors).await;
        self.answered("X12");
        self.fill_matrix(doors);
        if self.depth < Depth::Writes {
            self.calls_and_sequences(doors, None).await;
        }
    }

    /// Those that would change something: rolled back.
    async fn writes(&mut self, doors: &[Door], stage: Option<&Stage<'_>>) {
        self.calls_and_sequences(doors, stage).await;
        self.side_doors_that_write(doors).await;
        self.answered("X13");
        self.changes(doors, stage).await;
        self.answered("X03");
        self.collisions(doors).await;
        self.answered("X09");
        self.powers().await;
        self.answered("X04");
    }

    async fn calls_and_sequences(&mut self, doors: &[Door], stage: Option<&Stage<'_>>) {
        self.sequences(doors).await;
        self.answered("X12");
        self.calls(doors, stage).await;
        self.answered("X02");
    }

    /// What had no answer was not tried: a refusal proves something, a lock that was not to be had proves nothing.
    fn answered(&mut self, rule: &str) {
        let it = self.probe.take_unanswered();
        if it.statements == 0 {
            return;
        }
        let codes = it.codes.into_iter().collect::<Vec<_>>().join(", ");
        let why = format!(
            "{} statements had no answer ({codes}): try again on an idle database",
            it.statements
        );
        self.out.untried(rule, "attempts of this kind", Some(&self.role.name), &why);
    }

    /// A role that no door is open to is tried without a tenant only.
    fn may_enter(&self, doors: &[Door]) -> bool {
        doors.contains(&Door::A)
    }
}
