//! X01, X05, X06, X15: rows of B, rows without a tenant, a context that lasts, and whether A sees its own.

use futures_util::future::join_all;

use crate::{
    audit::{Evidence, Severity, config::Context},
    dba::probe::{Refusal, literal},
};

use super::{Cell, Hunt, Relation, context::Door, outcome::Found};

/// What one look showed.
pub(super) enum Shown {
    /// Rows with a tenant: A's, and everybody else's.
    Rows { own: i64, other: i64 },
    /// Canaries of B in rows that name no tenant; and how many rows.
    Canaries { found: usize, rows: u64, hash: String },
    /// An error.
    Refused,
    /// A lock that somebody held for longer than an attempt waits, or too much work: no answer at all.
    Busy,
}

impl Shown {
    fn refused(err: &Refusal) -> Shown {
        if err.is_no_answer() { Shown::Busy } else { Shown::Refused }
    }
}

pub(super) const FIX_READ: &str = "alter table … enable row level security; alter table … force row level security; \
     a policy to the role with tenant_id = (select <tenant helper>), and no grant on what bypasses it";

impl Hunt<'_> {
    /// What this role may select of a relation; nothing when it cannot reach it.
    pub(super) fn readable(&self, it: &Relation) -> Vec<String> {
        let rights = self.census.rights(&self.role.name, it);
        if rights.reaches { rights.select } else { Vec::new() }
    }

    /// Relations with a tenant that this role may read.
    pub(super) fn tenant_relations(&self) -> Vec<Relation> {
        let mine = |it: &&Relation| {
            it.tenant_column.as_ref().is_some_and(|column| self.readable(it).contains(column))
                && !self.is_shared(&it.name)
        };
        self.census.relations.iter().filter(mine).cloned().collect()
    }

    /// Declared as everybody's, or as this login's to read whole.
    pub(super) fn is_shared(&self, name: &str) -> bool {
        self.config.shared_tables.contains(name) || self.role.reads.contains(name)
    }

    pub(super) fn a(&self) -> String {
        literal(self.census.a.as_deref().unwrap_or_default())
    }

    pub(super) fn b(&self) -> String {
        literal(self.census.b.as_deref().unwrap_or_default())
    }

    /// The statement that counts A's rows and everybody else's.
    pub(super) fn counting(&self, it: &Relation, column: &str) -> String {
        let a = self.a();
        format!(
            "select count(*) filter (where {column} = {a}), \
             count(*) filter (where {column} is distinct from {a}) from {}",
            it.name
        )
    }

    /// Looks at a relation in the transaction that is open, and leaves it as it was.
    pub(super) async fn look(&mut self, it: &Relation) -> Shown {
        self.out.tally.tried += 1;
        self.shown(it).await
    }

    /// Looks at several, all under way at once: one round trip.
    pub(super) async fn look_at_all(&mut self, all: &[Relation]) -> Vec<Shown> {
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        self.out.tally.tried = self.out.tally.tried.saturating_add(count);
        join_all(all.iter().map(|it| self.shown(it))).await
    }

    async fn shown(&self, it: &Relation) -> Shown {
        let readable = self.readable(it);
        let column = it.tenant_column.as_ref().filter(|column| readable.contains(column));
        let within = self.probe.within();
        match column {
            Some(column) => match within.numbers(&self.counting(it, column)).await.as_deref() {
                Ok([own, other]) => Shown::Rows { own: *own, other: *other },
                Ok(_) => Shown::Refused,
                Err(err) => Shown::refused(err),
            },
            None => {
                let columns =
                    if readable.is_empty() { "*".to_owned() } else { readable.join(", ") };
                let text = format!("select {columns} from {} limit 1000", it.name);
                match within.look(&text, &self.canaries).await {
                    Ok(seen) => {
                        Shown::Canaries { found: seen.canaries, rows: seen.rows, hash: seen.hash }
                    }
                    Err(err) => Shown::refused(&err),
                }
            }
        }
    }

    /// Every relation, through every door.
    pub(super) async fn looks(&mut self, doors: &[Door]) {
        for door in [Door::None, Door::Empty, Door::Unknown, Door::A] {
            if door == Door::A && !doors.contains(&door) {
                continue;
            }
            let entered = self.begin(door, true).await;
            // Whoever may not even call the door stands before it as at first: that was looked at.
            if door != Door::None && entered.as_ref().is_err_and(|it| it.code == "42501") {
                continue;
            }
            let mine = |it: &&Relation| !self.is_shared(&it.name);
            let all: Vec<Relation> = self.census.relations.iter().filter(mine).cloned().collect();
            for (it, shown) in all.iter().zip(self.look_at_all(&all).await) {
                if door == Door::A {
                    self.judge_as_a(it, shown);
                } else {
                    self.judge_without(it, shown, door, entered.is_ok());
                }
            }
        }
        drop(self.probe.run("rollback").await);
        self.note_vacuous(doors).await;
    }

    /// In A's context nothing but A's rows may be seen, and A's must be.
    fn judge_as_a(&mut self, it: &Relation, shown: Shown) {
        match shown {
            Shown::Refused => self.out.tally.denied += 1,
            Shown::Busy => self.busy(it),
            Shown::Rows { other, .. } if 0 < other => {
                let column = it.tenant_column.clone().unwrap_or_default();
                self.leak("X01", it, Door::A, other, None, &self.counting(it, &column));
            }
            Shown::Canaries { found, hash, .. } if 0 < found => {
                let rows = i64::try_from(found).unwrap_or(i64::MAX);
                let text = format!("select {} from {}", self.readable(it).join(", "), it.name);
                self.leak("X01", it, Door::A, rows, Some(hash), &text);
            }
            Shown::Rows { own, .. } => {
                self.out.tally.filtered += 1;
                if own == 0 && 0 < self.grounds.rows(it).own && !it.is_definer {
                    self.blind(it);
                }
            }
            Shown::Canaries { .. } => self.out.tally.filtered += 1,
        }
    }

    /// No answer is no refusal.
    fn busy(&mut self, it: &Relation) {
        let why = "no answer in time, or a lock could not be had: try on an idle database";
        self.out.untried("X01", &it.name, Some(&self.role.name), why);
    }

    /// Without a tenant nothing that belongs to one may be seen.
    fn judge_without(&mut self, it: &Relation, shown: Shown, door: Door, entered: bool) {
        let context = if entered || door == Door::None { door.words() } else { "refused" };
        let (rows, hash) = match shown {
            Shown::Refused => return self.out.tally.denied += 1,
            Shown::Busy => return self.busy(it),
            Shown::Rows { own, other } => (own + other, None),
            // A table that is meant to be protected, and a row of it is answered to nobody.
            Shown::Canaries { rows, hash, .. }
                if it.row_security && matches!(it.kind, 'r' | 'p') =>
            {
                (i64::try_from(rows).unwrap_or(i64::MAX), Some(hash))
            }
            Shown::Canaries { found, hash, .. } => {
                (i64::try_from(found).unwrap_or(i64::MAX), Some(hash))
            }
        };
        if rows == 0 {
            self.out.tally.filtered += 1;
            self.out.answered.push((self.role.name.clone(), it.name.clone()));
            return;
        }
        self.out.tally.leaked += 1;
        let text = format!("select count(*) from {}", it.name);
        self.out.found(Found {
            rule: "X05",
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("{} answers rows although no tenant was entered", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: context.to_owned(),
                sql: text.clone(),
                rows,
                sample_hash: hash,
            },
            reproduce: self.in_psql(door, &text),
            fix: "the policy must be false, or better an error, when the tenant is missing, empty or unknown",
        });
    }

    pub(super) fn leak(
        &mut self,
        rule: &str,
        it: &Relation,
        door: Door,
        rows: i64,
        hash: Option<String>,
        text: &str,
    ) {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule,
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("{} shows tenant A rows that are not its own", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: door.words().to_owned(),
                sql: text.to_owned(),
                rows,
                sample_hash: hash,
            },
            reproduce: self.in_psql(door, text),
            fix: FIX_READ,
        });
    }

    /// X15: whoever sees nothing at all proves nothing, and cannot work either.
    fn blind(&mut self, it: &Relation) {
        let text = format!("select count(*) from {}", it.name);
        self.out.found(Found {
            rule: "X15",
            severity: Severity::High,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("tenant A sees none of its own rows of {}", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: Door::A.words().to_owned(),
                sql: text.clone(),
                rows: 0,
                sample_hash: None,
            },
            reproduce: self.in_psql(Door::A, &text),
            fix: "a policy for the role that lets a tenant see its own rows, or no grant at all",
        });
    }

    /// A zero over an empty table says nothing: it is planted in later, or it counts as untried. Where the
    /// administrator saw no row (a view that filters by itself), B and A may prove their own.
    async fn note_vacuous(&mut self, doors: &[Door]) {
        for it in self.tenant_relations() {
            let rows = self.grounds.rows(&it);
            let nothing = if self.may_enter(doors) {
                rows.other == 0 || rows.own == 0
            } else {
                // An error is no zero: it says the same over no rows as over many.
                rows.other == 0 && self.has_answered(&it.name)
            };
            if !nothing || self.out.has("X01", &it.name, &self.role.name) {
                continue;
            }
            let mut earned = [false, false];
            for (at, door) in [Door::A, Door::B].into_iter().enumerate() {
                if doors.contains(&door)
                    && self.begin(door, true).await.is_ok()
                    && let Shown::Rows { own, other } = self.look(&it).await
                {
                    earned[at] = 0 < if door == Door::A { own } else { other };
                }
            }
            if earned != [true, true] {
                self.out.vacuous.push((self.role.name.clone(), it.name.clone()));
            }
        }
        drop(self.probe.run("rollback").await);
    }

    fn has_answered(&self, name: &str) -> bool {
        self.out.answered.iter().any(|(role, it)| *role == self.role.name && it == name)
    }

    /// X06: what is still there after COMMIT, and after the pool has taken the connection back.
    pub(super) async fn lasting_contexts(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        for context in ["after COMMIT", "after pool return"] {
            if self.begin(Door::A, false).await.is_err() {
                continue;
            }
            drop(self.probe.run("commit").await);
            if context == "after pool return" {
                if let (Context::Setting(name), Some(a)) = (&self.config.context, &self.census.a) {
                    let text =
                        format!("select set_config({}, {}, false)", literal(name), literal(a));
                    drop(self.probe.run(&text).await);
                }
                drop(self.probe.run("discard all").await);
                drop(
                    self.probe
                        .run("set lock_timeout = '100ms'; set statement_timeout = '15s'")
                        .await,
                );
            }
            drop(self.probe.run("begin read only").await);
            let all = self.tenant_relations();
            for (it, shown) in all.iter().zip(self.look_at_all(&all).await) {
                let Shown::Rows { own, other } = shown else {
                    self.out.tally.denied += 1;
                    continue;
                };
                if own + other == 0 || self.out.has("X05", &it.name, &self.role.name) {
                    self.out.tally.filtered += 1;
                    continue;
                }
                self.lasting(it, own + other, context);
            }
            drop(self.probe.run("rollback").await);
        }
    }

    fn lasting(&mut self, it: &Relation, rows: i64, context: &str) {
        self.out.tally.leaked += 1;
        let text = format!("select count(*) from {}", it.name);
        self.out.found(Found {
            rule: "X06",
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("{} still answers tenant A's rows to whoever is next on the connection", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: context.to_owned(),
                sql: text.clone(),
                rows,
                sample_hash: None,
            },
            reproduce: format!(
                "{}\n-- then, on the same connection: commit instead of rollback, and\n{text};",
                self.in_psql(Door::A, "select 1")
            ),
            fix: "set the context for the transaction only: set_config(…, true), and in a function the same",
        });
    }

    /// The cells of SELECT, and of the other verbs as far as rights say.
    pub(super) fn fill_matrix(&mut self, doors: &[Door]) {
        for it in &self.census.relations {
            let role = &self.role.name;
            let rights = self.census.rights(role, it);
            let leaked = ["X01", "X05", "X06", "X08", "X10", "X11"]
                .iter()
                .any(|rule| self.out.has(rule, &it.name, role));
            let shared = self.is_shared(&it.name);
            let vacuous = self.out.vacuous.iter().any(|(r, n)| r == role && *n == it.name);
            let refused = it.tenant_column.is_some()
                && !self.may_enter(doors)
                && !self.has_answered(&it.name);
            let door = if refused {
                format!("{}, but without a tenant: an error", rights.door)
            } else if it.is_definer && !rights.select.is_empty() {
                format!("{}, as its owner {}", rights.door, it.owner)
            } else {
                rights.door.clone()
            };
            let verbs = [
                ("select", rights.reaches && !rights.select.is_empty()),
                ("insert", rights.reaches && !rights.insert.is_empty()),
                ("update", rights.reaches && !rights.update.is_empty()),
                ("delete", rights.reaches && rights.delete),
                ("truncate", rights.reaches && rights.truncate),
            ];
            for (verb, may) in verbs {
                let reach = match (verb, may) {
                    (_, false) => "none",
                    ("select", _) if leaked => "OTHER",
                    ("truncate", _) => "OTHER",
                    ("select", _) if shared => "shared",
                    ("select", _) if refused => "none",
                    ("select", _) if vacuous => "?",
                    ("select", _) => "own",
                    // Changed to what attempts show, when they are made.
                    _ => "?",
                };
                let door = if may { door.clone() } else { String::new() };
                let key = (role.clone(), it.name.clone(), verb);
                self.out.matrix.insert(key, Cell { reach, door });
            }
        }
    }
}
