//! Attempts: what a rule only suspects is tried here, by real logins, and counted.
//!
//! Nothing is changed for good: reads run in READ ONLY transactions, writes (`Depth::Writes` alone) in
//! transactions that are rolled back. Every zero is earned: the rows are shown to exist for somebody, or the
//! attempt is listed as not made.

mod census;
mod context;
mod functions;
mod grounds;
mod oracles;
mod outcome;
mod planted;
mod power;
mod reads;
mod side;
mod titles;
mod tricks;
mod writes;

pub use census::{Census, Relation, Rights};
pub use outcome::{Cell, Outcome, Tally, Untried};
pub(super) use titles::{explained, titles};

use crate::{
    audit::config::{Config, Role},
    db::probe::{self, Canaries, Probe},
};
use context::Door;
use grounds::Grounds;

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
    canaries: &'a Canaries,
    grounds: &'a Grounds,
    role: &'a Role,
    probe: Probe,
    depth: Depth,
    out: &'a mut Outcome,
}

/// Makes every attempt, as every runtime role.
///
/// # Errors
/// When the administrator's connection fails; a role that cannot log in is an attempt that was not made.
pub async fn run(
    config: &Config,
    census: &Census,
    admin: &Probe,
    depth: Depth,
    salt: [u8; 32],
) -> Result<Outcome, probe::Error> {
    let mut out = Outcome::default();
    if depth == Depth::Static {
        return Ok(out);
    }
    if census.a.is_none() || census.b.is_none() {
        out.untried("X01", "every table", None, "there are no two tenants: name them in [tenant]");
        return Ok(out);
    }
    let (canaries, grounds) = grounds::survey(config, census, admin, salt, &mut out).await?;
    for role in &config.roles {
        match Probe::connect(&role.url, salt).await {
            Ok(probe) => {
                let mut hunt = Hunt {
                    config,
                    census,
                    canaries: &canaries,
                    grounds: &grounds,
                    role,
                    probe,
                    depth,
                    out: &mut out,
                };
                hunt.all().await?;
            }
            Err(err) => {
                let why = format!("{} cannot log in: {err}", role.name);
                out.untried("X01", "every relation", Some(&role.name), &why);
            }
        }
    }
    if depth == Depth::Writes {
        planted::all(config, census, admin, &mut out).await;
    }
    planted::give_up(&mut out);
    Ok(out)
}

impl Hunt<'_> {
    /// The attempts of one login, the harmless ones first.
    async fn all(&mut self) -> Result<(), probe::Error> {
        let doors = self.open_doors().await?;
        self.looks(&doors).await;
        self.lasting_contexts(&doors).await;
        self.forged_contexts(&doors).await;
        self.cached_plans(&doors).await;
        self.conditions(&doors).await;
        self.settings(&doors).await;
        self.plans(&doors).await;
        self.estimates(&doors).await;
        self.calls(&doors).await;
        self.side_doors(&doors).await;
        self.fill_matrix(&doors);
        if self.depth == Depth::Writes {
            self.changes(&doors).await;
            self.collisions(&doors).await;
            self.powers().await;
        }
        Ok(())
    }

    /// A role that no door is open to is tried without a tenant only.
    fn may_enter(&self, doors: &[Door]) -> bool {
        doors.contains(&Door::A)
    }
}
