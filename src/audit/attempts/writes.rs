//! X03: rows of B changed, made, or taken, and what a change does elsewhere. Rolled back.

use std::sync::Arc;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Key, Proof, Refusal},
};

use super::{
    Cell, Hunt, Relation, census::Rights, context::Door, outcome::Found, reads::no_refusal,
    staged::Stage,
};

const FIX: &str = "WITH CHECK and USING of every command with tenant_id = (select <tenant helper>), and a restrictive floor";

/// Columns of a table that are assigned, and places that B's keys are put into.
pub(super) const COLUMNS_MAX: usize = 16;

/// What the attempts of one verb on one relation have shown.
#[derive(Default)]
pub(super) struct Shown {
    /// Rows of others were touched.
    pub(super) bad: bool,
    /// One went through, or was refused for lack of right: rows of others were there and stayed.
    pub(super) tried: bool,
}

impl Hunt<'_> {
    pub(super) async fn changes(&mut self, doors: &[Door], stage: Option<&Stage<'_>>) {
        if !self.may_enter(doors) {
            return;
        }
        for it in self.census.relations.iter().filter(|it| it.kind != 'f') {
            let rights = self.census.rights(&self.role.name, it);
            if !rights.reaches {
                continue;
            }
            if rights.delete && it.writable & 16 != 0 {
                let mut shown = self.deletes(it).await;
                if it.acts {
                    let text = format!("delete from {}", it.name);
                    shown.bad |= self.elsewhere(it, &[(text, Vec::new())], stage).await;
                }
                self.cell(it, "delete", &shown);
            }
            if !rights.update.is_empty() && it.writable & 4 != 0 {
                let shown = self.updates(it, &rights, stage).await;
                self.cell(it, "update", &shown);
            }
            if !rights.insert.is_empty() && it.writable & 8 != 0 {
                let shown = self.inserts(it, &rights, stage).await;
                self.cell(it, "insert", &shown);
            }
        }
        drop(self.probe.run("rollback").await);
    }

    fn cell(&mut self, it: &Relation, verb: &'static str, shown: &Shown) {
        let key = (self.role.name.clone(), it.name.clone(), verb);
        let door = self.out.matrix.get(&key).map(|it| it.door.clone()).unwrap_or_default();
        let others_are_there = 0 < self.grounds.rows(it).other || verb == "insert";
        let reach = match (shown.bad, it.whose()) {
            (true, _) => "OTHER",
            (false, None) if self.is_shared(it) => "shared",
            (false, None) if matches!(it.kind, 'r' | 'p') => "not judged",
            (false, Some(_)) if shown.tried && others_are_there => "own",
            _ => "?",
        };
        self.out.matrix.insert(key, Cell { reach, door });
    }

    /// Sends one change in A's context. None: it could not be made at all.
    pub(super) async fn change(
        &mut self,
        it: &Relation,
        text: &str,
        keys: &[&Key],
    ) -> Option<Result<u64, Refusal>> {
        if let Err(err) = self.begin(Door::A, false).await {
            self.refused("X03", &it.name, &err);
            return None;
        }
        self.out.tally.tried += 1;
        let done = self.probe.run_with(text, keys).await;
        match &done {
            Ok(_) => self.out.tally.filtered += 1,
            Err(_) => self.out.tally.denied += 1,
        }
        Some(done)
    }

    /// How many rows A may touch: those that it sees, or that somebody counted.
    async fn own(&mut self, it: &Relation) -> Option<u64> {
        let counted = self.grounds.rows(it).own;
        if let Some(column) = it.tenant_column.as_ref()
            && it.says_itself()
            && self.readable(it).contains(column)
            && self.begin(Door::A, true).await.is_ok()
            && let Ok(counts) = self.probe.numbers(&self.counting(it, column), &[]).await
        {
            return counts.first().and_then(|it| u64::try_from(*it).ok());
        }
        it.whose()?;
        (counted < 1000).then_some(u64::try_from(counted).unwrap_or(0))
    }

    /// What a statement without a condition did, which reads no column: did it touch more rows than A has?
    async fn sweep(
        &mut self,
        it: &Relation,
        own: Option<u64>,
        (text, keys): (&str, &[&Key]),
        what: &str,
        shown: &mut Shown,
    ) {
        match self.change(it, text, keys).await {
            Some(Ok(touched)) => match own {
                Some(own) if own < touched => {
                    shown.bad = self.changed(it, text, touched - own, what);
                }
                Some(_) => shown.tried = true,
                None => {}
            },
            Some(Err(err)) => match err.proves(&self.config.denials) {
                Proof::Denied => shown.tried = true,
                // Of whose rows it spoke cannot be told.
                Proof::Constraint => {}
                _ => self.unsure(it, &err),
            },
            None => {}
        }
    }

    pub(super) fn unsure(&mut self, it: &Relation, err: &Refusal) {
        self.out.untried("X03", &it.name, Some(&self.role.name), &no_refusal(&err.code));
    }

    async fn deletes(&mut self, it: &Relation) -> Shown {
        let own = self.own(it).await;
        let mut shown = Shown::default();
        let mut texts = vec![format!("delete from {}", it.name)];
        if matches!(it.kind, 'r' | 'p') {
            texts.push(merge(it, "delete"));
        }
        for text in texts {
            self.sweep(it, own, (&text, &[]), "deletes rows of other tenants", &mut shown).await;
            if shown.bad {
                return shown;
            }
        }
        let Some(condition) = self.of_b(it) else { return shown };
        let text = format!("delete from {} where {condition}", it.name);
        match self.change(it, &text, &[]).await {
            Some(Ok(0)) => shown.tried = true,
            Some(Ok(gone)) => shown.bad = self.changed(it, &text, gone, "deletes rows of tenant B"),
            Some(Err(err)) => match err.proves(&self.config.denials) {
                Proof::Denied => shown.tried = true,
                Proof::Constraint => {
                    let what = "deletes rows of tenant B but for a constraint";
                    shown.bad = self.changed(it, &text, 1, what);
                }
                _ => self.unsure(it, &err),
            },
            None => {}
        }
        shown
    }

    /// The condition that means B's rows, where the role may read what it says.
    fn of_b(&self, it: &Relation) -> Option<String> {
        let column = it.tenant_column.as_ref().filter(|_| it.says_itself())?;
        self.readable(it).contains(column).then(|| format!("{column} = {}", self.b(it)))
    }

    async fn updates(
        &mut self,
        it: &Relation,
        rights: &Rights,
        stage: Option<&Stage<'_>>,
    ) -> Shown {
        let own = self.own(it).await;
        let mut shown = Shown::default();
        let canaries = Arc::clone(&self.canaries);
        let tenant = it.tenant_column.clone();
        let others = rights.update.iter().filter(|it| Some(*it) != tenant.as_ref());
        let others: Vec<&String> = others.take(COLUMNS_MAX).collect();
        let what = "changes rows of other tenants";
        for column in &others {
            for value in constants(it, column) {
                let mut texts = vec![format!("update {} set {column} = {value}", it.name)];
                if matches!(it.kind, 'r' | 'p') && Some(column) == others.first() {
                    texts.push(merge(it, &format!("update set {column} = {value}")));
                }
                for text in texts {
                    self.sweep(it, own, (&text, &[]), what, &mut shown).await;
                    if shown.bad {
                        return shown;
                    }
                }
            }
        }
        if let (Some(column), Some(condition)) = (others.last(), self.of_b(it)) {
            let text =
                format!("update {} set {column} = {} where {condition}", it.name, it.fresh(column));
            match self.change(it, &text, &[]).await {
                Some(Ok(0)) => shown.tried = true,
                Some(Ok(changed)) => {
                    shown.bad = self.changed(it, &text, changed, "changes rows of tenant B");
                    return shown;
                }
                Some(Err(err)) if err.proves(&self.config.denials) == Proof::Constraint => {
                    let what = "changes rows of tenant B but for a constraint";
                    shown.bad = self.changed(it, &text, 1, what);
                    return shown;
                }
                Some(Err(err)) if err.proves(&self.config.denials) == Proof::Denied => {
                    shown.tried = true;
                }
                Some(Err(err)) => self.unsure(it, &err),
                None => {}
            }
        }
        if let Some(tenant) = tenant.filter(|it| rights.update.contains(it)) {
            self.moves(it, own, &tenant, &mut shown).await;
        }
        if it.acts && !shown.bad {
            let mut texts = Vec::new();
            for key in self.keys_of_b(&canaries) {
                let fits = |column: &&&String| it.type_of(column).is_some_and(|it| key.fits(it));
                let fitting = others.iter().filter(fits);
                texts
                    .extend(fitting.map(|column| {
                        (format!("update {} set {column} = $1", it.name), vec![key])
                    }));
            }
            if let Some(column) = others.first() {
                let text = format!("update {} set {column} = {}", it.name, it.fresh(column));
                texts.push((text, Vec::new()));
            }
            shown.bad = self.elsewhere(it, &texts, stage).await;
        }
        shown
    }

    /// Rows moved: A's to B, and B's to A, which needs to read none of them.
    async fn moves(&mut self, it: &Relation, own: Option<u64>, tenant: &str, shown: &mut Shown) {
        if !it.says_itself() {
            return;
        }
        let text = format!("update {} set {tenant} = {}", it.name, self.a(it));
        match self.change(it, &text, &[]).await {
            Some(Ok(taken)) if own.is_some_and(|own| own < taken) => {
                shown.bad = self.changed(it, &text, taken, "takes rows of other tenants");
            }
            Some(Ok(_)) => shown.tried |= own.is_some(),
            Some(Err(err)) => match err.proves(&self.config.denials) {
                Proof::Denied => shown.tried = true,
                // Rows that are A's already do not change by it: the constraint spoke of somebody else's.
                Proof::Constraint => {
                    let what = "takes rows of other tenants but for a constraint";
                    shown.bad = self.changed(it, &text, 1, what);
                }
                _ => self.unsure(it, &err),
            },
            None => {}
        }
        let text = format!("update {} set {tenant} = {}", it.name, self.b(it));
        match self.change(it, &text, &[]).await {
            Some(Ok(moved)) if 0 < moved => {
                shown.bad = self.changed(it, &text, moved, "moves rows into tenant B");
            }
            Some(Ok(_)) => {}
            Some(Err(err)) => match err.proves(&self.config.denials) {
                Proof::Denied => shown.tried = true,
                Proof::Constraint if err.code != "23514" => {
                    let what = "moves rows into tenant B but for a constraint";
                    shown.bad = self.changed(it, &text, 1, what);
                }
                Proof::Constraint => {}
                _ => self.unsure(it, &err),
            },
            None => {}
        }
    }

    pub(super) fn changed(&mut self, it: &Relation, text: &str, rows: u64, what: &str) -> bool {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule: "X03",
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("a statement of tenant A on {} {what}", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: Door::A.words().to_owned(),
                sql: text.to_owned(),
                rows: i64::try_from(rows).unwrap_or(i64::MAX),
                sample_hash: None,
            },
            reproduce: self.in_psql(Door::A, text),
            fix: FIX,
        });
        true
    }
}

/// MERGE on every row there is.
fn merge(it: &Relation, action: &str) -> String {
    format!(
        "merge into {} using (values (1)) as shikiri (one) on true when matched then {action}",
        it.name
    )
}

/// What is assigned to a column: no expression, which would need to read it.
fn constants(it: &Relation, column: &str) -> Vec<&'static str> {
    match it.type_of(column) {
        Some("boolean") => vec!["true", "false"],
        _ => vec![it.fresh(column)],
    }
}
