//! Random statements that write: INSERT (ON CONFLICT), UPDATE, DELETE, MERGE, rows of cursors, `with` around them.

use super::{
    expr::{Field, Gen, quoted},
    model::{Column, Kind, Relation},
};

/// A statement that writes, and what somebody needs to send it.
#[derive(Debug)]
pub struct Change {
    pub text: String,
    pub table: String,
    pub inserts: Vec<String>,
    pub updates: Vec<String>,
    pub deletes: bool,
}

impl Change {
    fn of(table: &Relation) -> Change {
        Change {
            text: String::new(),
            table: table.name.clone(),
            inserts: Vec::new(),
            updates: Vec::new(),
            deletes: false,
        }
    }

    /// Rows that A has, once more, with a value of B in one column of the key, and with it where nothing conflicts; and
    /// one that says it is B's. That one returns nothing: what is returned must be seen, and another policy would refuse it.
    pub fn with_keys_of_others(table: &Relation, b: i32) -> Vec<Change> {
        let taken: Vec<&Column> = table.columns.iter().filter(|it| !it.fickle).collect();
        let names: Vec<String> = taken.iter().map(|it| it.name.clone()).collect();
        let list = names.join(", ");
        let with = |key: &str, value: &str, conflict: &str, returning: &str| {
            let put = |it: &&Column| {
                if it.name == key { value.to_owned() } else { it.name.clone() }
            };
            let values: Vec<String> = taken.iter().map(put).collect();
            let mut change = Change::of(table);
            change.inserts.clone_from(&names);
            change.text = format!(
                "insert into {0} ({list}) select {1} from «{0}» as t order by {key} limit 1{conflict}{returning}",
                table.name,
                values.join(", "),
            );
            change
        };
        let mut res = Vec::new();
        for key in taken.iter().filter(|it| it.key && it.name != "tenant_id") {
            for (value, conflict) in
                key.of_b.iter().take(3).zip(["", " on conflict do nothing", ""])
            {
                let returning = format!(" returning {list}");
                res.push(with(&key.name, &quoted(value, key.kind), conflict, &returning));
            }
        }
        if names.iter().any(|it| it == "tenant_id") {
            res.push(with("tenant_id", &b.to_string(), "", ""));
        }
        res
    }
}

impl Gen<'_> {
    /// A statement that writes to one table.
    ///
    /// Mostly to one that `likely` says: what is refused for want of a right is soon told.
    pub fn change(&mut self, a: i32, b: i32, likely: &dyn Fn(&str) -> bool) -> Change {
        let tables: Vec<&Relation> = self.relations.iter().filter(|it| it.table).collect();
        let mut table = *self.rng.pick(&tables);
        for _ in 0..6 {
            if likely(&table.name) {
                break;
            }
            table = *self.rng.pick(&tables);
        }
        let alias = self.alias();
        let scope = Gen::fields(table, &alias);
        let mut res = Change::of(table);
        res.text = match self.rng.below(10) {
            0..=3 => self.insert(table, &mut res, [a, b]),
            4 | 5 => self.update(table, &alias, &scope, &mut res, [a, b]),
            6 | 7 => self.delete(table, &alias, &scope, &mut res),
            8 => self.merge(table, &alias, &scope, &mut res, [a, b]),
            // Which partitions a cursor locks depends on the plan: a row of a parent is another thing each time.
            _ if !table.plain => self.delete(table, &alias, &scope, &mut res),
            _ => self.current_of(table, &alias, &scope, &mut res),
        };
        if res.text.contains(" returning ") && self.rng.chance(20) {
            res.text = format!("with w as ({}) select * from w", res.text);
        }
        res
    }

    fn returning(&mut self, alias: &str, table: &Relation) -> String {
        if self.rng.chance(30) {
            return String::new();
        }
        let steady = table.columns.iter().filter(|it| !it.fickle);
        let names: Vec<String> = steady.map(|it| format!("{alias}.{}", it.name)).collect();
        format!(" returning {}", names.join(", "))
    }

    /// Whose a row is said to be: mostly A's, now and then B's.
    fn tenant(&mut self, [a, b]: [i32; 2]) -> i32 {
        if self.rng.chance(25) { b } else { a }
    }

    /// A value like the one a row has, but not it: keys must be free, and conditions of columns kept.
    fn moved(&mut self, column: &Column, field: &str, tenants: [i32; 2]) -> String {
        if column.name == "tenant_id" {
            return self.tenant(tenants).to_string();
        }
        // A key that B has: only a key without the tenant could be in the way.
        if column.key && !column.of_b.is_empty() && self.rng.chance(20) {
            return quoted(self.rng.pick::<String>(&column.of_b), column.kind);
        }
        if !column.key && self.rng.chance(70) {
            return field.to_owned();
        }
        let n = 1 + self.rng.below(400);
        match column.kind {
            Kind::Int => format!("{field} + {}", 1 + n % 9),
            Kind::Uuid if column.key => format!("md5({field}::text || '{n}')::uuid"),
            Kind::Bytes => format!("sha256({field} || '{n}')"),
            // What is all digits stays so and as long.
            Kind::Text => format!(
                "case when {field} ~ '^[0-9]{{16}}$' then lpad((({field})::numeric + {n})::text, 16, '0') \
                 else {field} || '{n}' end"
            ),
            Kind::Day => format!("{field} + {n}"),
            _ => field.to_owned(),
        }
    }

    fn insert(&mut self, table: &Relation, res: &mut Change, tenants: [i32; 2]) -> String {
        let alias = self.alias();
        let scope = Gen::fields(table, &alias);
        let taken: Vec<&Column> = table.columns.iter().filter(|it| !it.fickle).collect();
        res.inserts = taken.iter().map(|it| it.name.clone()).collect();
        let values: Vec<String> = taken
            .iter()
            .map(|it| {
                let field = format!("{alias}.{}", it.name);
                self.moved(it, &field, tenants)
            })
            .collect();
        let cond = if self.rng.chance(50) { self.cond(&scope, 1) } else { "true".to_owned() };
        let order: Vec<String> =
            taken.iter().filter(|it| it.key).map(|it| format!("{alias}.{}", it.name)).collect();
        let order = if order.is_empty() { format!("{alias}::text") } else { order.join(", ") };
        let mut text = format!(
            "insert into {} as w ({}) select {} from «{}» as {alias} where {cond} order by {order} limit {}",
            table.name,
            res.inserts.join(", "),
            values.join(", "),
            table.name,
            1 + self.rng.below(4),
        );
        match self.rng.below(5) {
            0 | 1 => text += " on conflict do nothing",
            2 => {
                let keys: Vec<&str> =
                    taken.iter().filter(|it| it.key).map(|it| it.name.as_str()).collect();
                if let Some(set) = taken.iter().find(|it| !it.key && !keys.is_empty()) {
                    res.updates = vec![set.name.clone()];
                    text += &format!(
                        " on conflict ({}) do update set {2} = excluded.{2} where w.{2} is not null or {1}",
                        keys.join(", "),
                        self.rng.chance(50),
                        set.name
                    );
                }
            }
            _ => {}
        }
        text + &self.returning("w", table)
    }

    fn set(
        &mut self,
        table: &Relation,
        alias: &str,
        res: &mut Change,
        tenants: [i32; 2],
    ) -> String {
        let mut sets = Vec::new();
        for _ in 0..=self.rng.below(2) {
            let column = self.rng.pick(&table.columns).clone();
            if res.updates.contains(&column.name) {
                continue;
            }
            res.updates.push(column.name.clone());
            let value = self.moved(&column, &format!("{alias}.{}", column.name), tenants);
            sets.push(format!("{} = {value}", column.name));
        }
        sets.join(", ")
    }

    fn update(
        &mut self,
        table: &Relation,
        alias: &str,
        scope: &[Field],
        res: &mut Change,
        tenants: [i32; 2],
    ) -> String {
        let set = self.set(table, alias, res, tenants);
        let cond = self.cond(scope, 1);
        let returning = self.returning(alias, table);
        format!("update {} as {alias} set {set} where ‹{alias}› and {cond}{returning}", table.name)
    }

    fn delete(
        &mut self,
        table: &Relation,
        alias: &str,
        scope: &[Field],
        res: &mut Change,
    ) -> String {
        res.deletes = true;
        let cond = self.cond(scope, 1);
        let returning = self.returning(alias, table);
        if self.rng.chance(30) {
            let (other, name) = (self.relation(), self.alias());
            let mut both = scope.to_vec();
            both.extend(Gen::fields(other, &name));
            let more = self.cond(&both, 2);
            return format!(
                "delete from {} as {alias} using «{}» as {name} where ‹{alias}› and {cond} and {more}{returning}",
                table.name, other.name
            );
        }
        format!("delete from {} as {alias} where ‹{alias}› and {cond}{returning}", table.name)
    }

    fn merge(
        &mut self,
        table: &Relation,
        alias: &str,
        scope: &[Field],
        res: &mut Change,
        tenants: [i32; 2],
    ) -> String {
        let source = self.alias();
        let keys: Vec<String> = table
            .columns
            .iter()
            .filter(|it| it.key && it.name != "tenant_id")
            .map(|it| format!("{alias}.{0} = {source}.{0}", it.name))
            .collect();
        let on = if keys.is_empty() { "false".to_owned() } else { keys.join(" and ") };
        let cond = self.cond(scope, 2);
        let matched = match self.rng.below(3) {
            0 => {
                res.deletes = true;
                "delete".to_owned()
            }
            1 => "do nothing".to_owned(),
            _ => format!("update set {}", self.set(table, alias, res, tenants)),
        };
        let taken: Vec<&Column> = table.columns.iter().filter(|it| !it.fickle).collect();
        let mut other = String::new();
        if self.rng.chance(50) {
            res.inserts = taken.iter().map(|it| it.name.clone()).collect();
            let values: Vec<String> = taken
                .iter()
                .map(|it| {
                    let field = format!("{source}.{}", it.name);
                    self.moved(it, &field, tenants)
                })
                .collect();
            let names = res.inserts.join(", ");
            other =
                format!(" when not matched then insert ({names}) values ({})", values.join(", "));
        }
        format!(
            "merge into {0} as {alias} using «{0}» as {source} on ‹{alias}› and {on} \
             when matched and {cond} then {matched}{other}",
            table.name
        )
    }

    /// The row that a cursor stands on.
    fn current_of(
        &mut self,
        table: &Relation,
        alias: &str,
        scope: &[Field],
        res: &mut Change,
    ) -> String {
        let cond = self.cond(scope, 2);
        let order: Vec<String> = scope.iter().map(|it| it.sql.clone()).collect();
        // A lock of a row asks for the right to change it.
        let column = self.rng.pick(&table.columns).name.clone();
        res.updates = vec![column.clone()];
        let act = if self.rng.chance(50) {
            res.deletes = true;
            format!("delete from {} where current of fuzz", table.name)
        } else {
            format!("update {} set {column} = {column} where current of fuzz", table.name)
        };
        format!(
            "declare fuzz cursor for select * from {} as {alias} where ‹{alias}› and {cond} order by {} for update; \
             fetch 2 from fuzz; {act}; fetch 1 from fuzz; {act}",
            table.name,
            order.join(", ")
        )
    }
}
