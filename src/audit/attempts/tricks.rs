//! X07, X08, X10, X11, X14: a forged context, a cached plan, a condition, another setting, a plan without an index.

use crate::{
    audit::{Evidence, Severity, config::Context},
    dba::probe::literal,
};

use super::{Hunt, Relation, context::Door, outcome::Found, reads::Shown};

impl Hunt<'_> {
    fn evidence(&self, context: &str, sql: &str, rows: i64) -> Evidence {
        Evidence {
            role: self.role.name.clone(),
            context: context.to_owned(),
            sql: sql.to_owned(),
            rows,
            sample_hash: None,
        }
    }

    /// The first relation in which somebody else has rows: good enough to see whether a context was believed.
    fn witness(&self) -> Option<Relation> {
        self.tenant_relations()
            .into_iter()
            .find(|it| 0 < self.grounds.rows(it).other && !it.is_definer)
    }

    /// X07: a context that whoever runs SQL can name, replay or forge.
    pub(super) async fn forged_contexts(&mut self, doors: &[Door]) {
        let Some(it) = self.witness() else { return };
        match self.config.context.clone() {
            context @ (Context::Setting(_) | Context::Claims(_)) => {
                let name = context.settings().join(", ");
                if self.begin(Door::B, true).await.is_err() {
                    return;
                }
                let Shown::Rows { other, .. } = self.look(&it).await else { return };
                if 0 < other {
                    self.out.found(Found {
                        rule: "X07",
                        severity: Severity::Info,
                        object: &format!("setting {name}"),
                        role: Some(&self.role.name),
                        what: format!(
                            "whoever can run SQL as {} can name any tenant: the setting is believed as it is",
                            self.role.name
                        ),
                        evidence: self.evidence("tenant B", "select set_config($1, $2, true)", other),
                        reproduce: self.in_psql(Door::B, &format!("select count(*) from {}", it.name)),
                        fix: "accept it as the premise of this design, or seal the context: a function that takes a \
                              credential and writes a MAC that policies verify",
                    });
                }
            }
            Context::Function { .. } if self.may_enter(doors) => self.replay(&it).await,
            Context::Function { .. } => {}
        }
        drop(self.probe.run("rollback").await);
    }

    /// The text that a function left in a setting, brought to another transaction: as it was, and with B in it.
    async fn replay(&mut self, it: &Relation) {
        for name in self.census.settings.clone() {
            let read = format!("select current_setting({}, true)", literal(&name));
            let left = match self.begin(Door::A, true).await {
                Ok(()) => self.probe.within().names(&read).await,
                Err(err) => Err(err),
            };
            let left = match left {
                Ok(left) => left.into_iter().next().and_then(|it| it.into_iter().next()?),
                Err(err) => {
                    self.refused("X07", &format!("setting {name}"), &err);
                    continue;
                }
            };
            let Some(left) = left.filter(|it| !it.is_empty()) else { continue };
            let (a, b) = (self.census.a.clone(), self.census.b.clone());
            let forged = left.replacen(&a.unwrap_or_default(), &b.unwrap_or_default(), 1);
            for (how, text, severity) in [
                ("replayed in another transaction", &left, Severity::High),
                ("forged for another tenant", &forged, Severity::Critical),
            ] {
                let begin = format!("commit; begin read only; {}select 1", self.becoming());
                drop(self.probe.run(&begin).await);
                let set = format!("select set_config({}, {}, true)", literal(&name), literal(text));
                let believed = self.probe.run(&set).await.is_ok();
                let (own, other) = match self.look(it).await {
                    Shown::Rows { own, other } => (own, other),
                    Shown::NoAnswer { code, .. } => {
                        self.no_answer("X07", it, Door::A, &code, false);
                        continue;
                    }
                    _ => {
                        self.out.tally.denied += 1;
                        continue;
                    }
                };
                let rows = if how.starts_with("forged") { other } else { own + other };
                if believed && 0 < rows {
                    self.out.tally.leaked += 1;
                    self.out.found(Found {
                        rule: "X07",
                        severity,
                        object: &format!("setting {name}"),
                        role: Some(&self.role.name),
                        what: format!("what the door wrote into {name} can be {how}"),
                        evidence: self.evidence(how, "select set_config($1, $2, true)", rows),
                        reproduce: self.in_psql(
                            Door::A,
                            &format!("select current_setting('{name}') -- set the same after commit"),
                        ),
                        fix: "bind the seal to the backend, the transaction and the login, under a key that only the \
                              function's owner can read",
                    });
                }
            }
        }
    }

    /// X08: a plan that was made for one tenant and run for another.
    pub(super) async fn cached_plans(&mut self, doors: &[Door]) {
        let next = if doors.contains(&Door::B) { Door::B } else { Door::None };
        if !self.may_enter(doors) {
            return;
        }
        for it in self.tenant_relations() {
            if self.grounds.rows(&it).own == 0 || self.out.has("X01", &it.name, &self.role.name) {
                continue;
            }
            let column = it.tenant_column.clone().unwrap_or_default();
            let count = self.counting(&it, &column);
            if let Err(err) = self.begin(Door::A, true).await {
                self.refused("X08", &it.name, &err);
                continue;
            }
            let prepare = format!(
                "set plan_cache_mode = force_generic_plan; prepare shikiri_kept as {count}; \
                 execute shikiri_kept; commit"
            );
            self.out.tally.tried += 1;
            if let Err(err) = self.probe.run(&prepare).await {
                self.refused("X08", &it.name, &err);
                drop(self.probe.run("rollback; deallocate all").await);
                continue;
            }
            let entered = self.begin(next, true).await;
            let kept = self.probe.numbers("execute shikiri_kept", &[]).await;
            drop(self.probe.run("rollback; deallocate all; reset plan_cache_mode").await);
            match (entered, kept) {
                (Ok(()), Ok(counts)) if counts.first().is_some_and(|own| 0 < *own) => {
                    self.kept(&it, next, counts[0]);
                }
                (_, Ok(_)) => self.out.tally.filtered += 1,
                (_, Err(err)) => {
                    self.refused("X08", &it.name, &err);
                }
            }
        }
    }

    fn kept(&mut self, it: &Relation, next: Door, rows: i64) {
        self.out.tally.leaked += 1;
        let text = format!("prepare p as select count(*) from {}", it.name);
        self.out.found(Found {
            rule: "X08",
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("a prepared statement on {} keeps tenant A when it is run for another", it.name),
            evidence: self.evidence(next.words(), &text, rows),
            reproduce: format!(
                "set plan_cache_mode = force_generic_plan;\n{}\n-- then as another tenant: execute p;",
                self.in_psql(Door::A, &format!("{text}; execute p; commit; begin"))
            ),
            fix: "declare the tenant helper STABLE, and every function it is called through: IMMUTABLE is computed \
                  once, when the plan is made",
        });
    }

    /// X10: a condition of the caller meets B's rows before the filter does.
    pub(super) async fn conditions(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) || self.begin(Door::A, true).await.is_err() {
            return;
        }
        for it in self.tenant_relations() {
            let b = self.b(&it);
            // A view that filters by itself shows an administrator nothing: it is tried all the same.
            let empty = self.grounds.rows(&it).other == 0 && it.kind != 'v';
            if empty || self.out.has("X01", &it.name, &self.role.name) {
                continue;
            }
            let column = it.tenant_column.clone().unwrap_or_default();
            // It divides by zero exactly when it is asked about a row of B.
            let text = format!(
                "select count(*) from {} where 1 / (case when {column} = {b} then 0 else 1 end) = 1",
                it.name
            );
            self.out.tally.tried += 1;
            let met = self.probe.within().run(&text).await;
            match met {
                Ok(_) => {
                    self.out.tally.filtered += 1;
                    continue;
                }
                Err(err) if err.code != "22012" => {
                    self.refused("X10", &it.name, &err);
                    continue;
                }
                Err(_) => {}
            }
            self.out.tally.leaked += 1;
            self.out.found(Found {
                rule: "X10",
                severity: Severity::Critical,
                object: &it.name,
                role: Some(&self.role.name),
                what: format!("a condition of the caller is asked about other tenants' rows of {}", it.name),
                evidence: self.evidence(Door::A.words(), &text, 1),
                reproduce: self.in_psql(Door::A, &text),
                fix: "a view that filters needs security_barrier, better security_invoker; a filter belongs in a policy",
            });
        }
        drop(self.probe.run("rollback").await);
    }

    /// X11: another setting that opens the wall.
    pub(super) async fn settings(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        let own = self.config.context.settings();
        let b = self.census.b.clone().unwrap_or_default();
        let mut sets: Vec<(String, String)> =
            vec![("row_security".to_owned(), "set local row_security = off".to_owned())];
        for name in self
            .census
            .settings
            .iter()
            .filter(|it| !own.iter().any(|own| own.eq_ignore_ascii_case(it)))
        {
            for value in ["on", "true", "1", "admin", &b] {
                let text =
                    format!("select set_config({}, {}, true)", literal(name), literal(value));
                sets.push((name.clone(), text));
            }
        }
        for (name, set) in sets {
            if self.begin(Door::A, true).await.is_err() {
                continue;
            }
            if let Err(err) = self.probe.run(&set).await {
                self.refused("X11", &format!("setting {name}"), &err);
                continue;
            }
            let mut all = self.tenant_relations();
            all.retain(|it| !self.out.has("X01", &it.name, &self.role.name));
            for (it, shown) in all.iter().zip(self.look_at_all(&all).await) {
                let other = match shown {
                    Shown::Rows { other, .. } => other,
                    // The values are made up: one that is not of its type ends the statement.
                    Shown::NoAnswer { code, unfit } => {
                        self.no_answer("X11", it, Door::Word, &code, unfit);
                        continue;
                    }
                    _ => {
                        self.out.tally.denied += 1;
                        continue;
                    }
                };
                if other == 0 {
                    self.out.tally.filtered += 1;
                    continue;
                }
                self.out.tally.leaked += 1;
                let text = format!("{set}; select count(*) from {}", it.name);
                self.out.found(Found {
                    rule: "X11",
                    severity: Severity::Critical,
                    object: &it.name,
                    role: Some(&self.role.name),
                    what: format!("the setting {name}, which anybody may set, opens {}", it.name),
                    evidence: self.evidence(Door::A.words(), &text, other),
                    reproduce: self.in_psql(Door::A, &text),
                    fix: "no policy may believe a setting that the role itself can set",
                });
            }
        }
        drop(self.probe.run("rollback").await);
    }

    /// X14: even with sequential scans switched off the plan cannot use an index.
    pub(super) async fn plans(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        let begun = match self.begin(Door::A, true).await {
            Ok(()) => self.probe.run("set local enable_seqscan = off").await,
            Err(err) => Err(err),
        };
        if let Err(err) = begun {
            self.refused("X14", "the plans of reads", &err);
            return;
        }
        for it in self.tenant_relations() {
            if !it.row_security || !matches!(it.kind, 'r' | 'p') || it.is_child {
                continue;
            }
            let column = it.tenant_column.clone().unwrap_or_default();
            let text = format!("explain (costs off) select {column} from {}", it.name);
            let plan = match self.probe.within().names(&text).await {
                Ok(plan) => plan,
                Err(err) => {
                    self.refused("X14", &it.name, &err);
                    continue;
                }
            };
            let scans = plan.iter().flatten().flatten().any(|line| line.contains("Seq Scan"));
            if !scans {
                continue;
            }
            self.out.found(Found {
                rule: "X14",
                severity: Severity::Low,
                object: &it.name,
                role: Some(&self.role.name),
                what: format!("every read of {} by a tenant scans all tenants' rows", it.name),
                evidence: self.evidence(Door::A.words(), &text, 0),
                reproduce: self.in_psql(Door::A, &format!("set local enable_seqscan = off; {text}")),
                fix: "an index that begins with the tenant column, and the helper as (select helper()), STABLE",
            });
        }
        drop(self.probe.run("rollback").await);
    }
}
