//! What must be refused whatever is asked: looks without a seal, seals that were made up, rights that nobody has.

use super::{
    door::{Run, Who},
    expr::{Gen, quoted, sealed},
    field::Field,
    model::{self, Kind, Relation},
    rng::Rng,
};
use crate::attacks::{Outcome, Wire};

/// How a look without a valid seal may end.
const NO_SEAL: &[&str] = &["SK001", "SK002", "42501"];

impl Run<'_> {
    /// `count` looks at tables that have rows, without a seal, with conditions that are cheap or cost something.
    pub async fn looks_of_nobody(&mut self, count: u32) {
        let (a, b) = (self.field.target.a.tenant_id, self.field.target.b.tenant_id);
        let mut root = Wire::connect(&self.field.target.superuser).await;
        let (mut relations, _) = model::relations(&mut root, Who::App.role(), a, b).await;
        // A partition that a condition rules out is not looked at.
        relations.retain(|it| it.plain && it.table && !it.name.contains("fuzz_"));
        for relation in &mut relations {
            relation.columns.retain(|it| it.name != "tenant_id");
        }
        let mut wire = Wire::connect(&self.field.target.app).await;
        for number in 0..count {
            if !self.goes_on() {
                return;
            }
            let mut rng = Rng::of(self.seed ^ 0xb0d1, number);
            let planner = self.shuffled(&mut rng);
            let text = nobodys(rng, &relations);
            // An index on the tenant asks for the seal before it looks at a row: without one the order of conditions counts.
            let scans = scans(if number % 3 == 0 { "on" } else { "off" });
            wire.must(&format!(
                "rollback; begin; {planner}; {scans}; set local constraint_exclusion = off"
            ))
            .await;
            let outcome = wire.simple(&text).await;
            self.must_be(outcome, number, NO_SEAL, "without a seal", &text, &planner);
        }
    }

    /// `count` looks of A for what only B has, each with a sub-query that leaves a trace when it is run: no row of A comes
    /// that far, so that a trace tells of B's.
    pub async fn witnesses(&mut self, count: u32) {
        let (a, b) = (self.field.target.a.tenant_id, self.field.target.b.tenant_id);
        let mut root = Wire::connect(&self.field.target.superuser).await;
        let (mut relations, _) = model::relations(&mut root, Who::App.role(), a, b).await;
        for relation in &mut relations {
            let hushed = |it: Kind| !matches!(it, Kind::Json | Kind::Texts);
            relation.columns.retain(|it| !it.of_b.is_empty() && hushed(it.kind));
        }
        relations.retain(|it| it.plain && it.table && !it.columns.is_empty());
        let mut wire = Wire::connect(&self.field.target.app).await;
        for number in 0..count {
            if !self.goes_on() {
                return;
            }
            let mut rng = Rng::of(self.seed ^ 0x3175, number);
            let planner = self.shuffled(&mut rng);
            let relation = rng.pick(&relations);
            let column = rng.pick(&relation.columns);
            let value = quoted(rng.pick::<String>(&column.of_b), column.kind);
            // A range, because the planner moves an equality behind; of types whose comparisons may come before a policy.
            // It is held against a column: alone it would be asked once, before any row.
            let text = format!(
                "select count(*) from {} t where t.{} between {value} and {value} \
                 and t.tenant_id < (select 1000000 + length(set_config('fuzz.witness', 'ran', true)))",
                relation.name, column.name
            );
            Who::App.enter(&mut wire, self.field, &planner).await;
            // As a bound of an index it would be asked once too.
            wire.must(&format!("{}; set local enable_seqscan = on", scans("off"))).await;
            let outcome = wire.simple(&text).await;
            let trace = "select coalesce(current_setting('fuzz.witness', true), '')";
            let trace = wire.value(trace).await;
            if outcome.rows == [["0"]] && trace.is_empty() {
                self.tally.compared += 1;
            } else {
                let what = format!("a row of another was looked at: {} {trace}", outcome.all());
                self.found(Who::App, number, &what, &text, &planner);
            }
        }
    }

    /// Settings that a policy or a function of ours reads, set to B: before the door, after it, and without it.
    pub async fn seals_made_up(&mut self) {
        let field = self.field;
        let mut root = Wire::connect(&field.target.superuser).await;
        let names = read_settings(&mut root).await;
        assert!(!names.is_empty(), "the seal is read from some setting");
        let mut wire = Wire::connect(&field.target.app).await;
        for name in &names {
            let old = worn_seal(&mut wire, field, name).await;
            for value in values(field, &old) {
                let plant =
                    format!("select set_config('{name}', '{}', true)", value.replace('\'', "''"));
                let look = "select tenant_id from shikiri.slip order by 1 desc limit 1";
                wire.must("rollback; begin").await;
                let outcome = wire.simple(&format!("{plant}; {look}")).await;
                // Also a setting that cannot be changed is a refusal, whatever its error.
                if outcome.state.is_none() {
                    let what = format!("a seal that was made up is taken: {}", outcome.all());
                    self.found(Who::App, 0, &what, &plant, "");
                }
                wire.enter(&field.target.a.secret).await;
                let outcome = wire.simple(&format!("{plant}; {look}")).await;
                // The first row is the setting itself.
                let foreign = field.target.b.tenant_id.to_string();
                if outcome.rows.iter().skip(1).flatten().any(|it| *it == foreign) {
                    let what = format!("a setting decides: {}", outcome.all());
                    self.found(Who::App, 0, &what, &plant, "");
                }
                self.tally.refused += 1;
            }
        }
    }

    /// Rights that no login of requests has, tried in A's session.
    pub async fn rights_of_nobody(&mut self) {
        let mut root = Wire::connect(&self.field.target.superuser).await;
        let tables = "select c.oid::regclass::text, c.relnamespace = 'shikiri'::regnamespace from pg_class c \
             where c.relnamespace::regnamespace::text in ('shikiri', 'shikiri_vault', 'shikiri_ops') \
             and c.relkind in ('r', 'p') and c.relname not like 'fuzz%' order by 1";
        let mut tried = vec![
            "create temporary table mine (n integer)".to_owned(),
            "create table shikiri.mine (n integer)".to_owned(),
            "create table public.mine (n integer)".to_owned(),
            "set local row_security = off; select count(*) from shikiri.slip".to_owned(),
        ];
        for row in root.simple(tables).await.rows {
            let (table, ours) = (&row[0], row[1] == "t");
            tried.push(format!("truncate {table}"));
            tried.push(format!("update {table} set tenant_id = tenant_id"));
            if table != "shikiri.idempotency_record" {
                tried.push(format!("delete from {table}"));
            }
            if !ours {
                tried.push(format!("select count(*) from {table}"));
            }
        }
        for who in [Who::App, Who::Export, Who::Checker] {
            let mut wire = who.connect(self.field).await;
            for (number, text) in (0..).zip(&tried) {
                if !self.goes_on() {
                    return;
                }
                who.enter(&mut wire, self.field, "set local jit = off").await;
                // A table of the vault need not have a tenant: it is refused before that is looked at.
                let outcome = wire.simple(text).await;
                self.must_be(
                    outcome,
                    number,
                    &["42501", "42703"],
                    "a right that nobody has",
                    text,
                    "",
                );
            }
        }
    }

    /// An export's ticket writes nothing, whoever's row it would be.
    pub async fn tickets_write_nothing(&mut self, count: u32) {
        let (a, b) = (self.field.target.a.tenant_id, self.field.target.b.tenant_id);
        let mut root = Wire::connect(&self.field.target.superuser).await;
        let (relations, _) = model::relations(&mut root, Who::Export.role(), a, b).await;
        // Where it reads rows of its own to put in again; the other tables show it none.
        let relations: Vec<Relation> =
            relations.into_iter().filter(|it| it.name == "shikiri.slip").collect();
        let mut wire = Who::Export.connect(self.field).await;
        for number in 0..count {
            if !self.goes_on() {
                return;
            }
            let change =
                Gen::new(Rng::of(self.seed ^ 0x71c7, number), &relations).change(a, b, &|_| true);
            if change.inserts.is_empty() || change.text.contains("merge into") {
                continue;
            }
            Who::Export.enter(&mut wire, self.field, "set local jit = off").await;
            let outcome = wire.simple(&sealed(&change.text)).await;
            // No row to put in again is no attempt.
            if outcome.state.is_none() && outcome.affected == 0 {
                continue;
            }
            self.must_be(outcome, number, &["42501"], "a ticket wrote", &change.text, "");
        }
    }

    fn must_be(
        &mut self,
        outcome: Outcome,
        number: u32,
        codes: &[&str],
        what: &str,
        text: &str,
        planner: &str,
    ) {
        if codes.contains(&outcome.code()) {
            self.tally.refused += 1;
        } else {
            self.found(Who::App, number, &format!("{what}: {}", outcome.all()), text, planner);
        }
    }
}

/// Whether an index may be used.
fn scans(how: &str) -> String {
    ["indexscan", "indexonlyscan", "bitmapscan"]
        .map(|it| format!("set local enable_{it} = {how}"))
        .join("; ")
}

/// A look at one table with a condition on what it has.
fn nobodys(rng: Rng, relations: &[Relation]) -> String {
    let mut generator = Gen::new(rng, relations);
    let relation = generator.relation();
    let scope = Gen::fields(relation, "t");
    let field = generator.rng.pick(&scope).clone();
    let nullable = field.column.as_ref().is_some_and(|it| it.nullable);
    // What nobody has matches no row: only a policy that comes before the condition speaks then.
    let value = if generator.rng.chance(60) {
        quoted(absent(field.kind), field.kind)
    } else {
        generator.literal_for(&field)
    };
    let cond = match generator.rng.below(4) {
        // What can never be null is not looked at for it.
        0 if nullable => format!("{} is null", field.sql),
        1 => format!("{} >= {value}", field.sql),
        2 => format!("{} <> {value}", field.sql),
        _ => format!("{} = {value}", field.sql),
    };
    let asked = *generator.rng.pick(&["count(*)", "true", "t.tenant_id"]);
    format!("select {asked} from {} t where {cond}", relation.name)
}

/// A value that is in no row of the world.
fn absent(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "29999",
        Kind::Text => "of nobody",
        Kind::Day => "2051-07-09",
        Kind::Moment => "2051-07-09 01:02:03+00",
        Kind::Bool => "true",
        Kind::Uuid => "00000000-0000-4000-8000-00000000abcd",
        Kind::Bytes => "\\xabcdef0123",
        Kind::Json => "\"of nobody\"",
        Kind::Texts => "{\"of nobody\"}",
    }
}

/// Every setting that a policy or function of ours names, and the one that the seal is known to be in.
async fn read_settings(root: &mut Wire) -> Vec<String> {
    let text = "select distinct m[1] from (\
         select pg_get_expr(p.polqual, p.polrelid) as text from pg_policy p \
         union all select pg_get_expr(p.polwithcheck, p.polrelid) from pg_policy p \
         union all select f.prosrc from pg_proc f where f.pronamespace::regnamespace::text like 'shikiri%') x, \
         regexp_matches(x.text, 'current_setting\\(''([a-z_.]+)''', 'g') m order by 1";
    let found = root.simple(text).await;
    assert!(found.state.is_none(), "{}", found.all());
    found.rows.concat()
}

/// What a setting has in a sealed transaction that is over by now.
async fn worn_seal(wire: &mut Wire, field: &Field, name: &str) -> String {
    wire.enter(&field.target.a.secret).await;
    let old = wire.value(&format!("select coalesce(current_setting('{name}', true), '')")).await;
    wire.must("rollback").await;
    old
}

/// What somebody might put in its place.
fn values(field: &Field, old: &str) -> Vec<String> {
    let (a, b) = (&field.target.a, &field.target.b);
    let mut res = vec![
        b.tenant_id.to_string(),
        format!("{}:{}:session:1:{}", b.tenant_id, b.user_id, "ab".repeat(32)),
        format!("{}_{}_session", b.tenant_id, b.user_id.replace('-', "_")),
    ];
    if !old.is_empty() {
        res.push(old.to_owned());
        res.push(old.replacen(&a.tenant_id.to_string(), &b.tenant_id.to_string(), 1));
    }
    res
}
