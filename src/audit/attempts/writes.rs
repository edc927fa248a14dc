//! X03: rows of B changed, made, or taken, and what a change does elsewhere. Rolled back.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Key, Refusal},
};

use super::{Cell, Hunt, Relation, census::Rights, context::Door, outcome::Found};

const FIX: &str = "WITH CHECK and USING of every command with tenant_id = (select <tenant helper>), and a restrictive floor";

/// Numbers by relation.
type Counts = BTreeMap<String, i64>;

/// A change that was made and not yet undone, and what was there before it.
struct Change {
    done: Result<u64, Refusal>,
    /// Rows that A saw.
    seen: Counts,
    /// Rows deleted so far, as the backend counts them: it does not begin at zero with a transaction.
    deleted: Counts,
}

impl Hunt<'_> {
    pub(super) async fn changes(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        for it in self.census.relations.iter().filter(|it| it.kind != 'f') {
            let rights = self.census.rights(&self.role.name, it);
            if !rights.reaches {
                continue;
            }
            if rights.delete {
                let bad = self.deletes(it).await;
                self.cell(it, "delete", bad);
            }
            if !rights.update.is_empty() {
                let bad = self.updates(it, &rights).await;
                self.cell(it, "update", bad);
            }
            if !rights.insert.is_empty() {
                let bad = self.inserts(it, &rights).await;
                self.cell(it, "insert", bad);
            }
        }
        drop(self.probe.run("rollback").await);
    }

    fn cell(&mut self, it: &Relation, verb: &'static str, bad: bool) {
        let key = (self.role.name.clone(), it.name.clone(), verb);
        let door = self.out.matrix.get(&key).map(|it| it.door.clone()).unwrap_or_default();
        let shared = it.tenant_column.is_none();
        let reach = match (bad, shared) {
            (true, _) => "OTHER",
            (false, true) => "shared",
            (false, false) => "own",
        };
        self.out.matrix.insert(key, Cell { reach, door });
    }

    /// Sends one change in A's context, and remembers what was there before.
    async fn watched(&mut self, text: &str, keys: &[&Key]) -> Option<Change> {
        self.begin(Door::A, false).await.ok()?;
        let (seen, deleted) = tokio::join!(biased; self.counts(), self.deleted());
        self.out.tally.tried += 1;
        let done = self.probe.run_with(text, keys).await;
        match &done {
            Ok(_) => self.out.tally.filtered += 1,
            Err(_) => self.out.tally.denied += 1,
        }
        Some(Change { done, seen, deleted })
    }

    /// Sends one change in A's context. None: it could not be entered.
    async fn change(&mut self, text: &str, keys: &[&Key]) -> Option<Result<u64, Refusal>> {
        self.begin(Door::A, false).await.ok()?;
        self.out.tally.tried += 1;
        let done = self.probe.run_with(text, keys).await;
        match &done {
            Ok(_) => self.out.tally.filtered += 1,
            Err(_) => self.out.tally.denied += 1,
        }
        Some(done)
    }

    async fn own(&mut self, it: &Relation) -> Option<i64> {
        let column = it.tenant_column.as_ref().filter(|it_| self.readable(it).contains(it_))?;
        self.begin(Door::A, true).await.ok()?;
        let counts = self.probe.numbers(&self.counting(it, column), &[]).await.ok()?;
        counts.first().copied()
    }

    async fn deletes(&mut self, it: &Relation) -> bool {
        let own = self.own(it).await;
        let text = format!("delete from {}", it.name);
        if let Some(change) = self.watched(&text, &[]).await
            && let Ok(gone) = change.done
        {
            if own.is_some_and(|own| gone > u64::try_from(own).unwrap_or(0)) {
                return self.changed(it, &text, gone, "deletes rows of other tenants");
            }
            if self.elsewhere(it, &text, &change).await {
                return true;
            }
        }
        let Some(column) = it.tenant_column.clone() else { return false };
        let text = format!("delete from {} where {column} = {}", it.name, self.b());
        match self.change(&text, &[]).await {
            Some(Ok(gone)) if 0 < gone => self.changed(it, &text, gone, "deletes rows of tenant B"),
            Some(Err(err)) if err.is_constraint() => {
                self.changed(it, &text, 1, "deletes rows of tenant B but for a constraint")
            }
            _ => false,
        }
    }

    async fn updates(&mut self, it: &Relation, rights: &Rights) -> bool {
        let own = self.own(it).await;
        let Some(tenant) = it.tenant_column.clone() else { return false };
        let column = rights.update.iter().rev().find(|column| **column != tenant);
        if let Some(column) = column {
            let text = format!("update {} set {column} = {column}", it.name);
            if let Some(Ok(changed)) = self.change(&text, &[]).await
                && own.is_some_and(|own| changed > u64::try_from(own).unwrap_or(0))
            {
                return self.changed(it, &text, changed, "changes rows of other tenants");
            }
            let text = format!("{text} where {tenant} = {}", self.b());
            if let Some(Ok(changed)) = self.change(&text, &[]).await
                && 0 < changed
            {
                return self.changed(it, &text, changed, "changes rows of tenant B");
            }
        }
        if !rights.update.contains(&tenant) {
            return false;
        }
        let text = format!("update {} set {tenant} = {}", it.name, self.b());
        match self.change(&text, &[]).await {
            Some(Ok(moved)) if 0 < moved => {
                self.changed(it, &text, moved, "moves rows into tenant B")
            }
            Some(Err(err)) if err.is_constraint() && err.code != "23514" => {
                self.changed(it, &text, 1, "moves rows into tenant B but for a constraint")
            }
            _ => false,
        }
    }

    async fn inserts(&mut self, it: &Relation, rights: &Rights) -> bool {
        let tenant = it.tenant_column.clone();
        if let Some(tenant) = tenant.filter(|it| rights.insert.contains(it)) {
            let text = self.row_of_a(it, &rights.insert, &[(tenant, self.b())]);
            match self.change(&text, &[]).await {
                Some(Ok(made)) if 0 < made => {
                    return self.changed(it, &text, made, "makes rows for tenant B");
                }
                // A policy's WITH CHECK comes before every constraint: it had let the row pass. A partition is
                // chosen before, though.
                Some(Err(err))
                    if err.is_constraint() && !(err.code == "23514" && it.kind == 'p') =>
                {
                    return self.changed(
                        it,
                        &text,
                        1,
                        "makes rows for tenant B but for a constraint",
                    );
                }
                Some(Err(err)) if err.code.starts_with("22") => {
                    let why = format!("no row could be made up ({})", err.code);
                    self.out.untried("X03", &it.name, Some(&self.role.name), &why);
                }
                _ => {}
            }
        }
        // A row of A's own that names B's things: what a rule or trigger does with it.
        let canaries = Arc::clone(&self.canaries);
        let (mut given, mut keys) = (Vec::new(), Vec::new());
        for column in rights.insert.iter().filter(|it_| Some(*it_) != it.tenant_column.as_ref()) {
            if let Some(key) = canaries.key_named(column) {
                keys.push(key);
                given.push((column.clone(), format!("${}", keys.len())));
            }
        }
        if given.is_empty() || 9 < keys.len() {
            return false;
        }
        let text = self.row_of_a(it, &rights.insert, &given);
        match self.watched(&text, &keys).await {
            Some(change) if change.done.is_ok() => self.elsewhere(it, &text, &change).await,
            _ => false,
        }
    }

    /// How many rows A sees of every relation.
    async fn counts(&self) -> Counts {
        let all = self.tenant_relations();
        let counts = join_all(all.iter().map(|it| self.count(it))).await;
        all.into_iter().zip(counts).filter_map(|(it, count)| Some((it.name, count?))).collect()
    }

    async fn count(&self, it: &Relation) -> Option<i64> {
        let text = format!("select count(*) from {}", it.name);
        self.probe.within().numbers(&text).await.ok()?.first().copied()
    }

    /// Rows deleted of each table, in this session as far as its counters were not yet handed on.
    async fn deleted(&self) -> Counts {
        let text = "select quote_ident(schemaname) || '.' || quote_ident(relname), n_tup_del \
             from pg_stat_xact_user_tables";
        let rows = self.probe.names(text).await.unwrap_or_default();
        let pair = |row: Vec<Option<String>>| {
            let [name, count] = row.try_into().ok()?;
            Some((name?, count?.parse().ok()?))
        };
        rows.into_iter().filter_map(pair).collect()
    }

    /// More rows were deleted from another table than A can miss: they were somebody else's.
    async fn elsewhere(&mut self, it: &Relation, text: &str, change: &Change) -> bool {
        let now = self.deleted().await;
        let others = self.tenant_relations();
        let tables =
            others.iter().filter(|it_| it_.name != it.name && matches!(it_.kind, 'r' | 'p'));
        let tables: Vec<&Relation> = tables.collect();
        let counts = join_all(tables.iter().map(|it| self.count(it))).await;
        for (other, after) in tables.into_iter().zip(counts) {
            let of = |counts: &Counts| counts.get(&other.name).copied().unwrap_or(0);
            let deleted = of(&now) - of(&change.deleted);
            let Some(after) = after else { continue };
            let missed = of(&change.seen) - after;
            if missed < deleted {
                let rows = u64::try_from(deleted - missed).unwrap_or(0);
                let what = format!("deletes rows of other tenants from {}", other.name);
                return self.changed(it, text, rows, &what);
            }
        }
        false
    }

    fn changed(&mut self, it: &Relation, text: &str, rows: u64, what: &str) -> bool {
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
