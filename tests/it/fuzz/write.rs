//! Writes: what a statement returns and leaves is what the owner's returns and leaves where there is nobody but A.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::Change,
    door::{Run, Who},
    expr::{Gen, explicit, sealed},
    model::{self, Relation},
    rng::Rng,
};
use crate::attacks::{Outcome, Wire};

/// What a role may do to tables, as the whole wall has it: a grant more is found out by what it lets happen.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    inserts: BTreeSet<(String, String)>,
    updates: BTreeSet<(String, String)>,
    deletes: BTreeSet<String>,
}

impl Rights {
    /// Reads them.
    pub async fn of(root: &mut Wire, role: &str) -> Rights {
        let text = format!(
            "select c.oid::regclass::text, a.attname, has_column_privilege('{role}', c.oid, a.attnum, 'insert'), \
             has_column_privilege('{role}', c.oid, a.attnum, 'update'), has_table_privilege('{role}', c.oid, 'delete') \
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
             where c.relnamespace = 'shikiri'::regnamespace and c.relkind in ('r', 'p')"
        );
        let mut res = Rights::default();
        for row in root.simple(&text).await.rows {
            let [table, column, insert, update, delete] = &row[..] else { panic!("five columns") };
            let place = (table.clone(), column.clone());
            if insert == "t" {
                res.inserts.insert(place.clone());
            }
            if update == "t" {
                res.updates.insert(place);
            }
            if delete == "t" {
                res.deletes.insert(table.clone());
            }
        }
        res
    }

    fn reaches(&self, table: &str) -> bool {
        self.inserts.iter().any(|(it, _)| it == table)
    }

    fn allow(&self, change: &Change) -> bool {
        let has = |set: &BTreeSet<(String, String)>, columns: &[String]| {
            columns.iter().all(|it| set.contains(&(change.table.clone(), it.clone())))
        };
        has(&self.inserts, &change.inserts)
            && has(&self.updates, &change.updates)
            && (!change.deletes || self.deletes.contains(&change.table))
    }
}

/// What a side's statement came to.
struct Side {
    outcome: Outcome,
    /// A's rows afterwards.
    own: Vec<Vec<String>>,
    /// What is there of all others: a digest for the sealed side, how many for the other.
    others: String,
}

impl Run<'_> {
    /// `count` statements as somebody whose doings a superuser can look at; `rights` are the whole wall's.
    pub async fn writes(&mut self, who: Who, rights: &Rights, count: u32) {
        let (a, b) = (self.field.target.a.tenant_id, self.field.target.b.tenant_id);
        let mut owner = Wire::connect(&self.field.target.superuser).await;
        let (relations, _) = model::relations(&mut owner, who.role(), a, b).await;
        let mut baseline = BTreeMap::new();
        for table in relations.iter().filter(|it| it.table) {
            baseline.insert(table.name.clone(), owner.value(&digest(&table.name, a)).await);
        }
        let mut wire = who.connect(self.field).await;
        for number in 0..count {
            if !self.goes_on() {
                return;
            }
            let mut rng = Rng::of(self.seed ^ 0x5eed, number);
            let planner = self.shuffled(&mut rng);
            let change = Gen::new(rng, &relations).change(a, b, &|it| rights.reaches(it));
            let allowed = rights.allow(&change);
            // What is refused is asked now and then only: it is soon told.
            if !allowed && number % 5 != 0 {
                continue;
            }
            let table = relations.iter().find(|it| it.name == change.table).expect("is there");
            let side = [&mut wire, &mut owner];
            self.write(
                (who, number),
                side,
                (&change, table),
                &baseline[&change.table],
                (allowed, &planner),
            )
            .await;
        }
    }

    /// One statement on both sides.
    async fn write(
        &mut self,
        (who, number): (Who, u32),
        [wire, owner]: [&mut Wire; 2],
        (change, table): (&Change, &Relation),
        baseline: &str,
        (allowed, planner): (bool, &str),
    ) {
        let a = self.field.target.a.tenant_id;
        who.enter(wire, self.field, planner).await;
        let text = sealed(&change.text);
        let mine = after(wire, &text, table, a, true).await;
        wire.must("rollback").await;
        if !allowed {
            return self.must_be_refused(who, number, &mine, &text, planner);
        }
        let theirs = alone(owner, change, table, a).await;
        self.weigh((who, number), &mine, &theirs, baseline, (&text, planner));
    }

    /// Rows of A's own with one value of a key that B has: nobody else's key is in the way of A's. And one that is to be B's.
    pub async fn keys_of_others(&mut self, rights: &Rights) {
        let (a, b, who) =
            (self.field.target.a.tenant_id, self.field.target.b.tenant_id, Who::AppWatched);
        let mut owner = Wire::connect(&self.field.target.superuser).await;
        let (relations, _) = model::relations(&mut owner, who.role(), a, b).await;
        let mut wire = who.connect(self.field).await;
        for table in relations.iter().filter(|it| it.table && rights.reaches(&it.name)) {
            let baseline = owner.value(&digest(&table.name, a)).await;
            for (number, change) in (0..).zip(Change::with_keys_of_others(table, b)) {
                if !self.goes_on() {
                    return;
                }
                let side = [&mut wire, &mut owner];
                let plain = (rights.allow(&change), "set local jit = off");
                self.write((who, number), side, (&change, table), &baseline, plain).await;
            }
        }
    }

    fn must_be_refused(&mut self, who: Who, number: u32, mine: &Side, text: &str, planner: &str) {
        if mine.outcome.state.is_none() {
            self.found(who, number, "no right to it, and it was done", text, planner);
        } else {
            self.tally.refused += 1;
        }
    }

    fn weigh(
        &mut self,
        (who, number): (Who, u32),
        mine: &Side,
        theirs: &Side,
        baseline: &str,
        (text, planner): (&str, &str),
    ) {
        let (one, two) = (&mine.outcome, &theirs.outcome);
        if [one.code(), two.code()].contains(&"57014") {
            self.tally.not_compared += 1;
            return;
        }
        let what = match (&one.state, &two.state) {
            (Some(_), Some(_)) => return self.failures_of_both(),
            // The policies refuse what would be another's row: then the owner's side has made one.
            (Some(state), None)
                if state == "42501"
                    && one.message.contains("row-level security")
                    && theirs.others != "0" =>
            {
                self.tally.refused += 1;
                return;
            }
            (None, None) if mine.others != baseline => {
                "rows of others are not what they were".to_owned()
            }
            (None, None) if theirs.others != "0" => "a row of another biller was made".to_owned(),
            (None, None) if sorted(&one.rows) != sorted(&two.rows) => {
                format!("{} rows returned, not {}", one.rows.len(), two.rows.len())
            }
            (None, None) if mine.own != theirs.own => {
                format!(
                    "{} rows are there afterwards, not {}, or others",
                    mine.own.len(),
                    theirs.own.len()
                )
            }
            (None, None) => {
                self.tally.compared += 1;
                self.tally.with_rows += usize::from(one.affected != 0);
                return;
            }
            _ => format!("{} {}, and not {} {}", one.code(), one.message, two.code(), two.message),
        };
        self.found(who, number, &what, text, planner);
    }
}

fn sorted(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut res = rows.to_vec();
    res.sort();
    res
}

/// What others have in a table.
fn digest(table: &str, a: i32) -> String {
    format!(
        "select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {table} t \
         where t.tenant_id <> {a}"
    )
}

/// Sends a statement, and looks at its table before anything is taken back.
async fn after(wire: &mut Wire, text: &str, table: &Relation, a: i32, sealed: bool) -> Side {
    let outcome = wire.simple(text).await;
    if outcome.state.is_some() {
        return Side { outcome, own: Vec::new(), others: String::new() };
    }
    if sealed {
        wire.must("reset role").await;
    }
    let names: Vec<String> = table
        .columns
        .iter()
        .filter(|it| !it.fickle)
        .map(|it| format!("coalesce({}::text, '<null>')", it.name))
        .collect();
    let own = format!("select {} from {} where tenant_id = {a}", names.join(", "), table.name);
    let own = wire.simple(&own).await;
    assert!(own.state.is_none(), "{}", own.all());
    let others = if sealed {
        digest(&table.name, a)
    } else {
        format!("select count(*) from {} where tenant_id <> {a}", table.name)
    };
    let others = wire.value(&others).await;
    Side { outcome, own: sorted(&own.rows), others }
}

/// The owner's side: nobody but A has rows in the table, and nothing but `tenant_id =` is in the way.
async fn alone(owner: &mut Wire, change: &Change, table: &Relation, a: i32) -> Side {
    owner
        .must(&format!(
            "rollback; begin; set local jit = off; set local statement_timeout = '8s'; \
             set local session_replication_role = replica; delete from {} where tenant_id <> {a}; \
             set local session_replication_role = origin",
            change.table
        ))
        .await;
    let side = after(owner, &explicit(&change.text, a), table, a, false).await;
    owner.must("rollback").await;
    side
}
