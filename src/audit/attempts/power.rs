//! X04: what would take the wall down: TRUNCATE, ALTER, triggers, policies, roles, schemas. Rolled back.

use futures_util::future::join_all;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::Refusal,
};

use super::{Hunt, Relation, outcome::Found};

const FIX_TABLE: &str = "the login must own nothing, be a member of nothing, and hold no TRUNCATE, TRIGGER or REFERENCES";
const FIX_ROLE: &str = "alter role … nosuperuser nocreaterole nobypassrls; revoke the membership; run requests as a login that has none";

impl Hunt<'_> {
    pub(super) async fn powers(&mut self) {
        for it in &self.census.relations {
            if matches!(it.kind, 'r' | 'p') && (it.tenant_column.is_some() || it.row_security) {
                self.powers_over(it).await;
            }
        }
        self.roles().await;
        self.schemas().await;
        drop(self.probe.run("rollback").await);
    }

    /// One attempt, undone. None: a lock was not to be had.
    async fn may(&mut self, text: &str) -> Option<bool> {
        let end = self.begun(text).await;
        self.judged(end)
    }

    /// Several, all under way at once: each begins by undoing the one before it.
    async fn may_each(&mut self, texts: &[String]) -> Vec<Option<bool>> {
        let ends = join_all(texts.iter().map(|it| self.begun(it))).await;
        ends.into_iter().map(|it| self.judged(it)).collect()
    }

    async fn begun(&self, text: &str) -> Result<u64, Refusal> {
        let (_, end) =
            tokio::join!(biased; self.probe.run("rollback; begin"), self.probe.run(text));
        end
    }

    fn judged(&mut self, end: Result<u64, Refusal>) -> Option<bool> {
        self.out.tally.tried += 1;
        match end {
            Ok(_) => Some(true),
            Err(err) if err.is_no_answer() => None,
            Err(_) => {
                self.out.tally.denied += 1;
                Some(false)
            }
        }
    }

    async fn powers_over(&mut self, it: &Relation) {
        let name = &it.name;
        let attempts = [
            format!("truncate {name} cascade"),
            format!("alter table {name} disable row level security"),
            format!("alter table {name} no force row level security"),
            format!("create policy shikiri_audit on {name} using (true)"),
            format!(
                "create trigger shikiri_audit before update on {name} for each row \
                 execute function suppress_redundant_updates_trigger()"
            ),
            format!("create rule shikiri_audit as on delete to {name} do instead nothing"),
            format!("alter table {name} add column shikiri_audit integer"),
        ];
        let mut done = Vec::new();
        let mut ends = self.may_each(&attempts).await;
        let grant = format!("grant select on {name} to public");
        let granted = self.may(&grant).await;
        ends.push(match granted {
            Some(true) => Some(self.really_granted(name).await),
            other => other,
        });
        for (text, end) in attempts.into_iter().chain([grant]).zip(ends) {
            match end {
                Some(true) => done.push(text),
                Some(false) => {}
                None => {
                    let why = "a lock could not be had within 100 ms: try on an idle database";
                    self.out.untried("X04", name, Some(&self.role.name), why);
                }
            }
        }
        if !done.is_empty() {
            let what = format!("{} can change {name} itself, beside every policy", self.role.name);
            self.power(name, Severity::Critical, what, &done, FIX_TABLE);
        }
    }

    /// GRANT without the right to grant is a warning, not an error.
    async fn really_granted(&self, name: &str) -> bool {
        let asked = format!(
            "select count(*) from pg_class c, aclexplode(c.relacl) a where c.oid = '{}'::regclass and a.grantee = 0",
            name.replace('\'', "''")
        );
        let after = self.probe.numbers(&asked, &[]).await.unwrap_or_default();
        drop(self.probe.run("rollback").await);
        let before = self.probe.numbers(&asked, &[]).await.unwrap_or_default();
        before < after
    }

    async fn roles(&mut self) {
        let me = self.role.name.clone();
        for (role, grave) in self.census.other_roles.clone() {
            if role == me {
                continue;
            }
            let done = self
                .done_of([
                    format!("set local role {role}"),
                    format!("grant {role} to {me}; set local role {role}"),
                    format!("set local session authorization {role}"),
                ])
                .await;
            if !done.is_empty() {
                let severity = if grave { Severity::Critical } else { Severity::High };
                let what = format!("{me} can become {role}");
                self.power(&format!("role {role}"), severity, what, &done, FIX_ROLE);
            }
        }
        let done = self
            .done_of([
                "create role shikiri_audit_role".to_owned(),
                format!("alter role {me} bypassrls"),
                format!("alter role {me} superuser"),
                "create publication shikiri_audit for all tables".to_owned(),
            ])
            .await;
        if !done.is_empty() {
            let what = format!("{me} can make roles, or raise itself");
            self.power(&format!("role {me}"), Severity::Critical, what, &done, FIX_ROLE);
        }
    }

    /// Those that succeeded.
    async fn done_of<const N: usize>(&mut self, texts: [String; N]) -> Vec<String> {
        let ends = self.may_each(&texts).await;
        texts.into_iter().zip(ends).filter(|it| it.1 == Some(true)).map(|it| it.0).collect()
    }

    async fn schemas(&mut self) {
        let me = self.role.name.clone();
        let mut schemas: Vec<&str> =
            self.census.relations.iter().filter_map(|it| it.name.split('.').next()).collect();
        schemas.push("public");
        schemas.extend(self.census.schemas.iter().map(String::as_str));
        schemas.sort_unstable();
        schemas.dedup();
        let mut attempts: Vec<(String, String)> = schemas
            .into_iter()
            .map(|it| (format!("schema {it}"), format!("create table {it}.shikiri_audit ()")))
            .collect();
        let database = format!("database {}", self.census.database);
        attempts.push((database, "create schema shikiri_audit_schema".to_owned()));
        let texts: Vec<String> = attempts.iter().map(|it| it.1.clone()).collect();
        let ends = self.may_each(&texts).await;
        for ((object, text), end) in attempts.into_iter().zip(ends) {
            if end == Some(true) {
                let what = format!(
                    "{me} can create objects in {object}: one stands in front of a real one"
                );
                let fix = "revoke create on the schema, and create on the database, from the role and PUBLIC";
                self.power(&object, Severity::High, what, &[text], fix);
            }
        }
    }

    fn power(
        &mut self,
        object: &str,
        severity: Severity,
        what: String,
        done: &[String],
        fix: &str,
    ) {
        self.out.tally.leaked += 1;
        let text = done.join(";\n");
        self.out.found(Found {
            rule: "X04",
            severity,
            object,
            role: Some(&self.role.name),
            what,
            evidence: Evidence {
                role: self.role.name.clone(),
                context: "none".to_owned(),
                sql: text.clone(),
                rows: i64::try_from(done.len()).unwrap_or(i64::MAX),
                sample_hash: None,
            },
            reproduce: format!(
                "-- psql, logged in as {}; each alone\nbegin;\n{text};\nrollback;",
                self.role.name
            ),
            fix,
        });
    }
}
