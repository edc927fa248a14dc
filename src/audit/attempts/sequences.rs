//! X12: sequences. One that counts for every tenant tells each of them how much the others do.

use crate::audit::{Evidence, Severity};

use super::{Depth, Hunt, context::Door, outcome::Found};

const FIX: &str = "number by tenant (a counter row in a table with a policy), or revoke all on the sequence from the role";

impl Hunt<'_> {
    /// Reads each sequence, and with `--writes` advances it: a number that is taken is gone, even after ROLLBACK.
    pub(super) async fn sequences(&mut self, doors: &[Door]) {
        let door = if self.may_enter(doors) { Door::A } else { Door::None };
        let mine = self.census.sequences.iter().filter(|it| it.role == self.role.name);
        for it in mine {
            let object = format!("sequence {}", it.name);
            if self.is_declared(&object) {
                continue;
            }
            let name = it.name.replace('\'', "''");
            let read = format!("select last_value from {}", it.name);
            let advance = format!("select nextval('{name}')");
            let (text, read_only) = match (it.may_read, it.may_advance, self.depth) {
                (true, ..) => (read, true),
                (_, true, Depth::Writes) => (advance, false),
                (_, true, _) => {
                    let why = "a number that is taken is gone: it is advanced with --writes only";
                    self.out.untried("X12", &object, Some(&self.role.name), why);
                    continue;
                }
                // UPDATE alone sets it, and what is set cannot be rolled back.
                (_, false, _) => continue,
            };
            if let Err(err) = self.begin(door, read_only).await {
                self.refused("X12", &object, &err);
                continue;
            }
            self.out.tally.tried += 1;
            match self.probe.numbers(&text, &[]).await {
                Ok(counts) if !counts.is_empty() => self.counted(&object, &text, door),
                Ok(_) => self.out.tally.filtered += 1,
                Err(err) => {
                    self.refused("X12", &object, &err);
                }
            }
        }
        drop(self.probe.run("rollback").await);
    }

    fn counted(&mut self, object: &str, text: &str, door: Door) {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule: "X12",
            severity: Severity::Low,
            object,
            role: Some(&self.role.name),
            what: format!("{object} tells tenant A how many numbers all tenants have taken"),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: door.words().to_owned(),
                sql: text.to_owned(),
                rows: 1,
                sample_hash: None,
            },
            reproduce: self.in_psql(door, text),
            fix: FIX,
        });
    }
}
