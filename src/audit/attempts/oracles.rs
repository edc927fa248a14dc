//! X09: an error, or an estimate, that tells whether another tenant has a value.

use std::sync::Arc;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Key, Proof},
};

use super::{
    Hunt, Relation,
    census::{LooseKey, Rights},
    context::Door,
    outcome::Found,
};

impl Hunt<'_> {
    /// Keys and references that do not carry the tenant, provoked with B's values and with nobody's.
    pub(super) async fn collisions(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        let canaries = Arc::clone(&self.canaries);
        for key in self.census.keys.clone() {
            let Some(it) = self.census.relation(&key.relation) else { continue };
            let rights = self.census.rights(&self.role.name, it);
            let may =
                rights.reaches && key.columns.iter().all(|column| rights.insert.contains(column));
            let from = if key.is_reference { &key.target } else { &key.relation };
            let columns = if key.is_reference { &key.target_columns } else { &key.columns };
            let keys: Option<Vec<_>> =
                columns.iter().map(|column| canaries.key(from, column)).collect();
            let Some(keys) = keys.filter(|_| may) else { continue };
            let with = |value: &dyn Fn(usize) -> String| {
                let given: Vec<(String, String)> = key
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(at, column)| (column.clone(), value(at)))
                    .collect();
                self.row_of_a(it, &rights.insert, &given)
            };
            let theirs = with(&|at| format!("${}", at + 1));
            let nobodys = with(&|at| it.fresh(&key.columns[at]).to_owned());
            let mut ends = Vec::new();
            for (text, keys) in [(&theirs, &keys[..]), (&nobodys, &[][..])] {
                if self.begin(Door::A, false).await.is_err() {
                    return;
                }
                self.out.tally.tried += 1;
                let (_, end) = tokio::join!(
                    biased;
                    self.probe.run("set constraints all immediate"),
                    self.probe.run_with(text, keys)
                );
                ends.push(end);
            }
            let [theirs_end, nobodys_end] = &ends[..] else { continue };
            let speaks = if key.is_reference {
                theirs_end.is_ok()
            } else {
                let named = |it: &Result<u64, crate::dba::probe::Refusal>| {
                    it.as_ref().err().is_some_and(|it| {
                        it.code == "23505" && it.constraint.as_deref() == Some(&key.name)
                    })
                };
                named(theirs_end) && !named(nobodys_end)
            };
            if speaks {
                self.oracle(&key.name, it, key.is_reference, &theirs);
            } else {
                let none = |it: &&crate::dba::probe::Refusal| {
                    it.proves(&self.config.denials) == Proof::Nothing
                };
                let silent = ends.iter().filter_map(|it| it.as_ref().err()).find(none).cloned();
                match silent {
                    Some(err) => {
                        self.refused("X09", &key.name, &err);
                    }
                    None => self.out.tally.denied += 1,
                }
            }
            if !key.is_reference {
                self.conflicts(&key, it, &rights, (&theirs, &nobodys), &keys).await;
            }
        }
        drop(self.probe.run("rollback").await);
    }

    /// ON CONFLICT needs no error: a row that is not inserted tells as much, and DO UPDATE may change B's.
    async fn conflicts(
        &mut self,
        key: &LooseKey,
        it: &Relation,
        rights: &Rights,
        (theirs, nobodys): (&str, &str),
        keys: &[&Key],
    ) {
        let on = key.columns.join(", ");
        let object = format!("on conflict ({on}) on {}", it.name);
        let nothing = |text: &str| format!("{text} on conflict ({on}) do nothing");
        let (theirs_text, nobodys_text) = (nothing(theirs), nothing(nobodys));
        let theirs_rows = self.inserted(&theirs_text, keys).await;
        let nobodys_rows = self.inserted(&nobodys_text, &[]).await;
        if (theirs_rows, nobodys_rows) != (Some(0), Some(1)) {
            self.out.tally.denied += 1;
            return;
        }
        let what = format!(
            "ON CONFLICT ({on}) DO NOTHING tells tenant A that somebody else has a value, without an error"
        );
        let fix = "a unique key that begins with the tenant column";
        self.demonstrated("X09", Severity::Medium, &object, what, &theirs_text, fix);
        let Some(column) = rights.update.iter().find(|column| !key.columns.contains(column)) else {
            return;
        };
        let text =
            format!("{theirs} on conflict ({on}) do update set {column} = excluded.{column}");
        // Nothing was inserted before: the row that was changed is B's.
        if self.inserted(&text, keys).await.is_some_and(|rows| 0 < rows) {
            let what =
                format!("ON CONFLICT ({on}) DO UPDATE of tenant A changes a row of tenant B");
            let fix = "USING of the policy for UPDATE with tenant_id = (select <tenant helper>), and a unique key that \
                       begins with the tenant column";
            self.demonstrated("X03", Severity::Critical, &object, what, &text, fix);
        }
    }

    /// Rows that a statement of A's inserted or changed, undone. None: it was refused.
    async fn inserted(&mut self, text: &str, keys: &[&Key]) -> Option<u64> {
        self.begin(Door::A, false).await.ok()?;
        self.out.tally.tried += 1;
        self.probe.run_with(text, keys).await.ok()
    }

    /// A finding that one statement of A's has shown.
    fn demonstrated(
        &mut self,
        rule: &str,
        severity: Severity,
        object: &str,
        what: String,
        text: &str,
        fix: &str,
    ) {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule,
            severity,
            object,
            role: Some(&self.role.name),
            what,
            evidence: Evidence {
                role: self.role.name.clone(),
                context: Door::A.words().to_owned(),
                sql: text.to_owned(),
                rows: 1,
                sample_hash: None,
            },
            reproduce: self.in_psql(Door::A, text),
            fix,
        });
    }

    fn oracle(&mut self, name: &str, it: &Relation, is_reference: bool, text: &str) {
        let (severity, what, fix) = if is_reference {
            (
                Severity::High,
                format!(
                    "{name} lets tenant A point at a row of tenant B: it learns that the row exists"
                ),
                "a composite foreign key that carries the tenant column on both sides",
            )
        } else {
            (
                Severity::Medium,
                format!(
                    "{name} tells tenant A that somebody else has a value: duplicate key (23505)"
                ),
                "a unique key that begins with the tenant column",
            )
        };
        self.demonstrated("X09", severity, &it.name, what, text, fix);
    }

    /// An INSERT of a row of A: a copy of one it has where it has one, with these values instead.
    pub(super) fn row_of_a(
        &self,
        it: &Relation,
        columns: &[String],
        given: &[(String, String)],
    ) -> String {
        let tenant = it.tenant_column.clone().unwrap_or_default();
        let readable = self.readable(it);
        let copies = 0 < self.grounds.rows(it).own && readable.contains(&tenant);
        let from = if it.says_itself() {
            format!("{} where {tenant} = {}", it.name, self.a(it))
        } else {
            it.name.clone()
        };
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                if let Some((_, value)) = given.iter().find(|(name, _)| name == column) {
                    value.clone()
                } else if *column == tenant && it.says_itself() {
                    self.a(it)
                } else if self.is_key(it, column) || !copies || !readable.contains(column) {
                    it.fresh(column).to_owned()
                } else {
                    column.clone()
                }
            })
            .collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        if copies {
            format!("insert into {} ({columns}) select {values} from {from} limit 1", it.name)
        } else {
            format!("insert into {} ({columns}) values ({values})", it.name)
        }
    }

    /// A column whose values differ from row to row: a copy needs a new one.
    fn is_key(&self, it: &Relation, column: &str) -> bool {
        self.census.keys.iter().any(|key| {
            !key.is_reference
                && key.relation == it.name
                && key.columns.iter().any(|it| it == column)
        }) || self.census.unique.contains(&(it.name.clone(), column.to_owned()))
    }

    /// What the planner expects of B's value, and of one that nobody has: a difference is told by statistics.
    pub(super) async fn estimates(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) || self.begin(Door::A, true).await.is_err() {
            return;
        }
        let canaries = Arc::clone(&self.canaries);
        for it in self.tenant_relations() {
            if !it.row_security || self.has_leak(&it) {
                continue;
            }
            for column in self.readable(&it) {
                let Some(key) = canaries.key(&it.name, &column) else { continue };
                let of = |value: &str| {
                    format!("explain select {column} from {} where {column} = {value}", it.name)
                };
                let theirs = of("$1");
                let (within, nobodys) = (self.probe.within(), of(it.fresh(&column)));
                let keys = [key];
                let (a, b) = tokio::join!(
                    biased;
                    within.plan_rows(&theirs, &keys),
                    within.plan_rows(&nobodys, &[])
                );
                self.out.tally.tried += 1;
                if let (Some(a), Some(b)) = (a, b)
                    && a != b
                {
                    self.told_by_statistics(&it, &theirs);
                    break;
                }
            }
        }
        drop(self.probe.run("rollback").await);
    }

    fn has_leak(&self, it: &Relation) -> bool {
        ["X01", "X05"].iter().any(|rule| self.out.has(rule, &it.name, &self.role.name))
    }

    fn told_by_statistics(&mut self, it: &Relation, text: &str) {
        self.out.found(Found {
            rule: "X09",
            severity: Severity::Info,
            object: &format!("statistics of {}", it.name),
            role: Some(&self.role.name),
            what: format!(
                "EXPLAIN estimates differ for values that other tenants of {} have",
                it.name
            ),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: Door::A.words().to_owned(),
                sql: text.to_owned(),
                rows: 0,
                sample_hash: None,
            },
            reproduce: self.in_psql(Door::A, text),
            fix: "accept it, or alter table … alter column … set statistics 0 and analyze",
        });
    }
}
