//! A stage: a superuser becomes the login inside one transaction, makes its attempt, and looks at what everybody else has.
//!
//! The login itself cannot see what it changed for others. SET SESSION AUTHORIZATION, not SET ROLE: what runs is bound as
//! the login is. Everything is rolled back; another connection says what was there before.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::config::{Config, Context},
    dba::probe::{Error, Key, Probe, Refusal, literal},
};

use super::{
    Hunt, Relation,
    context::{Door, ident},
};

/// Tables whose rows are counted to see whether something outlives a rollback.
const COMMITTED_MAX: usize = 300;

/// Rows written so far in this backend, by table: also by functions, triggers, rules and cascades.
const WRITTEN: &str = "select quote_ident(schemaname) || '.' || quote_ident(relname), \
     n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_all_tables where schemaname !~ '^pg_'";

/// What an attempt did.
#[derive(Debug)]
pub(super) enum Staged {
    /// Nothing that is not A's.
    Kept,
    /// Rows of others differ.
    Changed { relation: String, rows: i64 },
    /// A table was emptied or altered, or a policy or a right.
    Wall { relation: String },
    /// It was refused, for whatever reason.
    Refused(Refusal),
    /// It could not be seen what it did.
    Unseen(String),
}

impl Staged {
    pub(super) fn words(&self) -> String {
        match self {
            Staged::Changed { relation, .. } => {
                format!("changes rows of other tenants in {relation}")
            }
            Staged::Wall { relation } => format!("empties or alters {relation} itself"),
            _ => "does nothing to others".to_owned(),
        }
    }

    pub(super) const fn rows(&self) -> i64 {
        match self {
            Staged::Changed { rows, .. } => *rows,
            _ => 1,
        }
    }

    pub(super) const fn is_wall(&self) -> bool {
        matches!(self, Staged::Wall { .. })
    }
}

/// Two connections of a superuser: one acts, one remembers.
pub(super) struct Stage<'a> {
    actor: Probe,
    witness: &'a Probe,
}

impl<'a> Stage<'a> {
    pub(super) async fn set(
        config: &Config,
        witness: &'a Probe,
        salt: [u8; 32],
    ) -> Result<Stage<'a>, Error> {
        Ok(Stage { actor: Probe::connect(&config.database_url, salt).await?, witness })
    }

    /// Makes one attempt as this login, and says what it did to others.
    pub(super) async fn attempt(
        &self,
        hunt: &mut Hunt<'_>,
        door: Door,
        text: &str,
        keys: &[&Key],
    ) -> Staged {
        hunt.out.tally.tried += 1;
        // The login's own attempt holds its locks until it is undone.
        drop(hunt.probe.run("rollback").await);
        let end = self.acted(hunt, door, text, keys).await;
        drop(self.actor.run("rollback; reset session authorization").await);
        match &end {
            Staged::Kept => hunt.out.tally.filtered += 1,
            Staged::Refused(_) => hunt.out.tally.denied += 1,
            _ => {}
        }
        end
    }

    async fn acted(&self, hunt: &Hunt<'_>, door: Door, text: &str, keys: &[&Key]) -> Staged {
        let unseen = |step: &str, err: &Refusal| {
            Staged::Unseen(format!("on the stage, {step}: {}", err.code))
        };
        // Where the server does not count, nothing would seem to be written.
        let begin =
            "rollback; reset session authorization; begin read write; set local track_counts = on";
        if let Err(err) = self.actor.run(begin).await {
            return unseen("no transaction", &err);
        }
        let before = match self.written().await {
            Ok(before) => before,
            Err(err) => return uncounted(&err),
        };
        let become_it = format!("set local session authorization {}", ident(&hunt.role.name));
        if let Err(err) = self.actor.run(&become_it).await {
            return unseen("it cannot become the login", &err);
        }
        if let Err(err) = self.enter(hunt, door).await {
            return unseen("it cannot enter", &err);
        }
        if let Err(err) = self.actor.run_with(text, keys).await {
            return if err.is_no_answer() {
                unseen("no answer", &err)
            } else {
                Staged::Refused(err)
            };
        }
        // What waits for the commit is done now.
        if let Err(err) = self.actor.run("set constraints all immediate").await {
            return Staged::Refused(err);
        }
        if let Err(err) = self.actor.run("reset session authorization").await {
            return unseen("it cannot come back", &err);
        }
        match self.written().await {
            Ok(after) => self.compared(hunt, &before, &after).await,
            Err(err) => uncounted(&err),
        }
    }

    async fn enter(&self, hunt: &Hunt<'_>, door: Door) -> Result<(), Refusal> {
        match (&hunt.config.context, door, &hunt.config.a.credential) {
            (_, Door::None, _) => Ok(()),
            (Context::Function { name }, _, Some(credential)) => {
                self.actor.enter(name, credential).await
            }
            _ => {
                let set = hunt.settings_of(door);
                if set.is_empty() {
                    Ok(())
                } else {
                    self.actor.run(&set.join("; ")).await.map(drop)
                }
            }
        }
    }

    async fn written(&self) -> Result<BTreeMap<String, i64>, Error> {
        let rows = self.actor.names(WRITTEN).await?;
        let pair = |row: Vec<Option<String>>| {
            let [name, count] = row.try_into().ok()?;
            Some((name?, count?.parse().ok()?))
        };
        Ok(rows.into_iter().filter_map(pair).collect())
    }

    /// What others have now, in this transaction, and what they had before it.
    async fn compared(
        &self,
        hunt: &Hunt<'_>,
        before: &BTreeMap<String, i64>,
        after: &BTreeMap<String, i64>,
    ) -> Staged {
        let changed = |name: &&String| after.get(*name) != before.get(*name);
        let touched: BTreeSet<&String> = after.keys().filter(changed).collect();
        let judged = |it: &&Relation| {
            it.whose().is_some() && matches!(it.kind, 'r' | 'p') && !hunt.is_shared(it)
        };
        for it in hunt.census.relations.iter().filter(judged) {
            if touched.contains(&it.name) {
                let theirs = of_others(it, &hunt.a(it));
                match (self.actor.names(&theirs).await, self.witness.names(&theirs).await) {
                    (Ok(now), Ok(then)) if now == then => {}
                    (Ok(now), Ok(then)) => {
                        let count = |rows: &[Vec<Option<String>>]| -> i64 {
                            let cell = rows.first().and_then(|it| it.first().cloned().flatten());
                            cell.and_then(|it| it.parse().ok()).unwrap_or(0)
                        };
                        let rows = (count(&now) - count(&then)).abs().max(1);
                        return Staged::Changed { relation: it.name.clone(), rows };
                    }
                    _ => {
                        return Staged::Unseen(format!(
                            "rows of others in {} cannot be compared",
                            it.name
                        ));
                    }
                }
            }
        }
        let walls = walls_of(hunt.census.relations.iter().filter(judged));
        match (self.actor.names(&walls).await, self.witness.names(&walls).await) {
            (Ok(now), Ok(then)) if now == then => {}
            (Ok(now), Ok(then)) => {
                let other = now.iter().find(|it| !then.contains(it)).or(then.first());
                let relation = other.and_then(|it| it.first().cloned().flatten());
                return Staged::Wall { relation: relation.unwrap_or_default() };
            }
            _ => return Staged::Unseen("what binds the tables cannot be looked at".to_owned()),
        }
        Staged::Kept
    }

    /// How many rows every table has, as everybody sees it. None: it could not be asked, and that is told.
    pub(super) async fn committed(&self, hunt: &mut Hunt<'_>) -> Option<String> {
        let tables: Vec<&Relation> =
            hunt.census.relations.iter().filter(|it| it.kind == 'r').collect();
        if COMMITTED_MAX < tables.len() {
            let why = format!(
                "with {} tables it was not looked at whether a call outlives its rollback",
                tables.len()
            );
            hunt.out.untried("X03", "what functions leave behind", Some(&hunt.role.name), &why);
            return None;
        }
        let counts = tables.iter().map(|it| {
            format!("(select count(*) from (select from {} limit 10001) s)::text", it.name)
        });
        let text = format!("select concat_ws(',', {})", counts.collect::<Vec<_>>().join(", "));
        match self.witness.names(&text).await {
            Ok(rows) => rows.into_iter().next()?.into_iter().next()?,
            Err(err) => {
                let why =
                    format!("it was not looked at whether a call outlives its rollback: {err}");
                hunt.out.untried("X03", "what functions leave behind", Some(&hunt.role.name), &why);
                None
            }
        }
    }
}

fn uncounted(err: &Error) -> Staged {
    Staged::Unseen(format!("on the stage, what was written cannot be counted: {err}"))
}

/// How many rows are not A's, and a digest over them.
fn of_others(it: &Relation, a: &str) -> String {
    let Relation { name, table, .. } = it;
    let whose = it.whose().unwrap_or("null");
    format!(
        "select count(*)::text, coalesce(sum(hashtextextended({table}::text, 0)::numeric), 0)::text from {name} \
         where {whose} is distinct from {a}"
    )
}

/// What binds these tables, a line each: storage, switches, rights and policies.
fn walls_of<'a>(all: impl Iterator<Item = &'a Relation>) -> String {
    let oids: Vec<&str> = all.map(|it| it.oid.as_str()).collect();
    format!(
        "select c.oid::regclass::text, concat_ws('|', c.relfilenode, c.relrowsecurity, c.relforcerowsecurity, c.relowner, \
         c.relacl::text, (select string_agg(concat_ws(',', p.polname, p.polroles::text, p.polqual::text, \
         p.polwithcheck::text), ';' order by p.oid) from pg_policy p where p.polrelid = c.oid)) \
         from pg_class c where c.oid = any ({}::oid[]) order by c.oid",
        literal(&format!("{{{}}}", oids.join(",")))
    )
}
