//! X01, X05, X15: rows of B, rows without a tenant, and whether A sees its own.

use futures_util::future::join_all;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Probe, Proof, Refusal, literal},
};

use super::{Hunt, Relation, context::Door, outcome::Found};

/// What one look showed.
pub(super) enum Shown {
    /// Rows with a tenant: A's, and everybody else's.
    Rows { own: i64, other: i64 },
    /// Canaries of B in rows that name no tenant; and how many rows.
    Canaries { found: usize, rows: u64, hash: String },
    /// Refused for lack of right.
    Refused,
    /// Another error, by its code: no answer at all. `unfit`: a value was not of its type.
    NoAnswer { code: String, unfit: bool },
}

pub(super) const FIX_READ: &str = "alter table … enable row level security; alter table … force row level security; \
     a policy to the role with tenant_id = (select <tenant helper>), and no grant on what bypasses it";

/// What is said of an error that is no refusal.
pub(super) fn no_refusal(code: &str) -> String {
    format!(
        "no answer ({code}): that is no refusal for lack of right. Try on an idle database that may write; where this \
         database refuses by {code}, say so in context.denials"
    )
}

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
                && it.says_itself()
                && !self.is_shared(it)
        };
        self.census.relations.iter().filter(mine).cloned().collect()
    }

    /// Declared as everybody's, or as this login's to read whole.
    pub(super) fn is_shared(&self, it: &Relation) -> bool {
        [&it.name, &it.plain].into_iter().any(|name| self.is_declared(name))
    }

    /// The same of what is no relation: `function app.f(text)`, `sequence app.s`.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.config.shared_tables.contains(name) || self.role.reads.contains(name)
    }

    /// A refusal for lack of right, and nothing else, is counted as one; another end was no attempt.
    pub(super) fn refused(&mut self, rule: &str, object: &str, err: &Refusal) -> bool {
        if err.proves(&self.config.denials) == Proof::Denied {
            self.out.tally.denied += 1;
            return true;
        }
        self.out.untried(rule, object, Some(&self.role.name), &no_refusal(&err.code));
        false
    }

    pub(super) fn a(&self, it: &Relation) -> String {
        self.census.owner_of(it, false)
    }

    pub(super) fn b(&self, it: &Relation) -> String {
        self.census.owner_of(it, true)
    }

    /// The statement that counts A's rows and everybody else's.
    pub(super) fn counting(&self, it: &Relation, column: &str) -> String {
        let a = self.a(it);
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
        let column = column.filter(|_| it.says_itself());
        let within = self.probe.within();
        match column {
            Some(column) => match within.numbers(&self.counting(it, column)).await.as_deref() {
                Ok([own, other]) => Shown::Rows { own: *own, other: *other },
                Ok(_) => Shown::NoAnswer { code: "no row".to_owned(), unfit: false },
                Err(err) => self.not_shown(err),
            },
            None => {
                let columns =
                    if readable.is_empty() { "*".to_owned() } else { readable.join(", ") };
                let text = format!("select {columns} from {} limit 1000", it.name);
                match within.look(&text, &self.canaries).await {
                    Ok(seen) => {
                        Shown::Canaries { found: seen.canaries, rows: seen.rows, hash: seen.hash }
                    }
                    Err(err) => self.not_shown(&err),
                }
            }
        }
    }

    fn not_shown(&self, err: &Refusal) -> Shown {
        match err.proves(&self.config.denials) {
            Proof::Denied => Shown::Refused,
            it => Shown::NoAnswer { code: err.code.clone(), unfit: it == Proof::Unfit },
        }
    }

    /// Every relation, through every door.
    pub(super) async fn looks(&mut self, doors: &[Door]) {
        for door in Door::LOOKS {
            if !doors.contains(&door) || !self.has_door(door) {
                continue;
            }
            if door == Door::None {
                self.look_untouched().await;
            } else {
                self.look_through(door).await;
            }
        }
        drop(self.probe.run("rollback").await);
        self.note_vacuous(doors).await;
    }

    /// On a connection of its own: once a setting was touched it is the empty text there, and never null again.
    async fn look_untouched(&mut self) {
        let fresh = match Probe::connect(&self.role.url, self.salt).await {
            Ok(fresh) => fresh,
            Err(err) => {
                let why =
                    format!("no connection of its own for a context that was never set: {err}");
                return self.out.untried("X05", "every relation", Some(&self.role.name), &why);
            }
        };
        let used = std::mem::replace(&mut self.probe, fresh);
        for name in self.config.context.settings() {
            let text = format!("select 1 where current_setting({}, true) = ''", literal(&name));
            if self.probe.numbers(&text, &[]).await.is_ok_and(|it| !it.is_empty()) {
                let why = format!(
                    "{name} is empty already on a new connection (a pooler?): a context that was never set was not tried"
                );
                self.out.untried("X05", "every relation", Some(&self.role.name), &why);
            }
        }
        self.look_through(Door::None).await;
        self.answered("X05");
        // A login that never enters goes on without a tenant, on a connection that never had one.
        if self.role.enters {
            self.probe = used;
        }
    }

    async fn look_through(&mut self, door: Door) {
        let entered = self.begin(door, true).await;
        if let Err(err) = &entered {
            // Whoever may not even call the door stands before it as at first: that was looked at.
            if door != Door::None && err.code == "42501" {
                return;
            }
            if door == Door::None {
                self.refused("X05", "every relation", err);
                return;
            }
        }
        let mine = |it: &&Relation| !self.is_shared(it);
        let all: Vec<Relation> = self.census.relations.iter().filter(mine).cloned().collect();
        for (it, shown) in all.iter().zip(self.look_at_all(&all).await) {
            if door.is_a() {
                self.judge_as_a(it, shown, door);
            } else {
                self.judge_without(it, shown, door, entered.is_ok());
            }
        }
    }

    /// In A's context nothing but A's rows may be seen, and A's must be.
    fn judge_as_a(&mut self, it: &Relation, shown: Shown, door: Door) {
        match shown {
            Shown::Refused => self.out.tally.denied += 1,
            Shown::NoAnswer { code, unfit } => self.no_answer("X01", it, door, &code, unfit),
            Shown::Rows { other, .. } if 0 < other => {
                let column = it.tenant_column.clone().unwrap_or_default();
                self.leak("X01", it, door, other, None, &self.counting(it, &column));
            }
            Shown::Canaries { found, hash, .. } if 0 < found => {
                let rows = i64::try_from(found).unwrap_or(i64::MAX);
                let text = format!("select {} from {}", self.readable(it).join(", "), it.name);
                self.leak("X01", it, door, rows, Some(hash), &text);
            }
            Shown::Rows { own, .. } => {
                self.out.tally.filtered += 1;
                if door == Door::A && own == 0 && 0 < self.grounds.rows(it).own && !it.is_definer {
                    self.blind(it);
                }
            }
            Shown::Canaries { .. } => self.out.tally.filtered += 1,
        }
    }

    /// No answer is no refusal.
    pub(super) fn no_answer(
        &mut self,
        rule: &str,
        it: &Relation,
        door: Door,
        code: &str,
        unfit: bool,
    ) {
        // A word for a uuid ends the statement before a row is asked for: so much was to be expected of it.
        if unfit && door.may_be_unfit() {
            return self.out.tally.denied += 1;
        }
        let why = format!("in the context \"{}\": {}", door.words(), no_refusal(code));
        self.out.untried(rule, &it.name, Some(&self.role.name), &why);
    }

    /// Without a tenant nothing that belongs to one may be seen.
    fn judge_without(&mut self, it: &Relation, shown: Shown, door: Door, entered: bool) {
        let context = if entered || door == Door::None { door.words() } else { "refused" };
        let (rows, hash) = match shown {
            Shown::Refused => return self.out.tally.denied += 1,
            Shown::NoAnswer { code, unfit } => {
                return self.no_answer("X05", it, door, &code, unfit);
            }
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

    pub(super) fn has_answered(&self, name: &str) -> bool {
        self.out.answered.iter().any(|(role, it)| *role == self.role.name && it == name)
    }
}
