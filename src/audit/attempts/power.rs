//! X04: what would take the wall down: TRUNCATE, ALTER, triggers, policies, roles, schemas. Rolled back.

use futures_util::future::join_all;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Proof, Refusal, literal},
};

use super::{Hunt, Relation, context::ident, outcome::Found, reads::no_refusal};

const FIX_TABLE: &str = "the login must own nothing, be a member of nothing, and hold no TRUNCATE, TRIGGER or REFERENCES";
const FIX_SIBLINGS: &str =
    "one login for each role, or a login that is a member of the request's role alone";
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
        // In one message: where no transaction begins, nothing behind it is run.
        let text = format!("rollback; begin read write; {}{text}", self.becoming());
        self.probe.run(&text).await
    }

    fn judged(&mut self, end: Result<u64, Refusal>) -> Option<bool> {
        self.out.tally.tried += 1;
        match end {
            Ok(_) => Some(true),
            Err(err) => match err.proves(&self.config.denials) {
                Proof::Denied => {
                    self.out.tally.denied += 1;
                    Some(false)
                }
                // A role cannot be a member of itself; a name that is taken was not made.
                _ if ["0LP01", "42710", "42P07", "42P06"].contains(&err.code.as_str()) => {
                    self.out.tally.filtered += 1;
                    Some(false)
                }
                _ => {
                    self.unsure.insert(err.code);
                    None
                }
            },
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
            Some(true) => self.really_granted(name).await,
            other => other,
        });
        for (text, end) in attempts.into_iter().chain([grant]).zip(ends) {
            match end {
                Some(true) => done.push(text),
                Some(false) => {}
                None => {}
            }
        }
        self.tell_unsure(name);
        if !done.is_empty() {
            let what = format!("{} can change {name} itself, beside every policy", self.role.name);
            self.power(name, Severity::Critical, what, &done, FIX_TABLE);
        }
    }

    /// What had no answer while the wall was pushed at.
    fn tell_unsure(&mut self, object: &str) {
        for code in std::mem::take(&mut self.unsure) {
            self.out.untried("X04", object, Some(&self.role.name), &no_refusal(&code));
        }
    }

    /// GRANT without the right to grant is a warning, not an error. None: it could not be seen.
    async fn really_granted(&mut self, name: &str) -> Option<bool> {
        let asked = format!(
            "select count(*) from pg_class c, aclexplode(c.relacl) a where c.oid = '{}'::regclass and a.grantee = 0",
            name.replace('\'', "''")
        );
        let after = self.probe.numbers(&asked, &[]).await;
        drop(self.probe.run("rollback").await);
        match (self.probe.numbers(&asked, &[]).await, after) {
            (Ok(before), Ok(after)) => Some(before < after),
            (Err(err), _) | (_, Err(err)) => {
                self.unsure.insert(err.code);
                None
            }
        }
    }

    async fn roles(&mut self) {
        let (me, quoted) = (self.role.name.clone(), ident(&self.role.name));
        let mut siblings = Vec::new();
        for (role, grave) in self.census.other_roles.clone() {
            if unquoted(&role) == self.role.name {
                continue;
            }
            let done = self
                .done_of([
                    format!("set local role {role}"),
                    format!("grant {role} to {quoted}; set local role {role}"),
                    format!("set local session authorization {role}"),
                ])
                .await;
            if !self.unsure.is_empty() && self.is_gone(&role).await {
                self.unsure.clear();
            }
            self.tell_unsure(&format!("role {role}"));
            // Whoever works through SET ROLE may always go on to the login's other roles: one premise, told once.
            if !done.is_empty() && self.role.set_role.is_some() {
                siblings.push(role);
                continue;
            }
            if !done.is_empty() {
                let severity = if grave { Severity::Critical } else { Severity::High };
                let what = format!("{me} can become {role}");
                self.power(&format!("role {role}"), severity, what, &done, FIX_ROLE);
            }
        }
        if !siblings.is_empty() {
            let what = format!(
                "a statement of {me} can leave SET ROLE and become {}: whoever can send SQL has their rights",
                siblings.join(", ")
            );
            let texts: Vec<String> =
                siblings.iter().map(|it| format!("set local role {it}")).collect();
            let object = format!("role {me}");
            self.power(&object, Severity::Medium, what, &texts, FIX_SIBLINGS);
        }
        let done = self
            .done_of([
                "create role shikiri_audit_role".to_owned(),
                format!("alter role {quoted} bypassrls"),
                format!("alter role {quoted} superuser"),
                "create publication shikiri_audit for all tables".to_owned(),
            ])
            .await;
        self.tell_unsure(&format!("role {me}"));
        if !done.is_empty() {
            let what = format!("{me} can make roles, or raise itself");
            self.power(&format!("role {me}"), Severity::Critical, what, &done, FIX_ROLE);
        }
    }

    /// Whether a role was dropped since the census was taken: there is nobody left to become.
    async fn is_gone(&self, role: &str) -> bool {
        drop(self.probe.run("rollback").await);
        let name = literal(&unquoted(role));
        let text = format!("select count(*) from pg_roles where rolname = {name}");
        self.probe.numbers(&text, &[]).await.is_ok_and(|it| it == [0])
    }

    /// Those that succeeded.
    async fn done_of<const N: usize>(&mut self, texts: [String; N]) -> Vec<String> {
        let ends = self.may_each(&texts).await;
        texts.into_iter().zip(ends).filter(|it| it.1 == Some(true)).map(|it| it.0).collect()
    }

    async fn schemas(&mut self) {
        let me = self.role.name.clone();
        let schemas = self.census.schemas.iter();
        let mut attempts: Vec<(String, String)> = schemas
            .map(|it| (format!("schema {it}"), format!("create table {it}.shikiri_audit ()")))
            .collect();
        let database = format!("database {}", self.census.database);
        attempts.push((database, "create schema shikiri_audit_schema".to_owned()));
        let texts: Vec<String> = attempts.iter().map(|it| it.1.clone()).collect();
        let ends = self.may_each(&texts).await;
        self.tell_unsure("schemas");
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

/// A name without the quotes that SQL may want around it.
fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(it) => it.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}
