//! Random `from` clauses.

use super::{
    expr::{DEPTH_MAX, Field, Gen},
    model::Kind,
    query::columns,
};

impl Gen<'_> {
    /// What is read, and what can be named of it.
    pub fn from(&mut self, depth: usize) -> (String, Vec<Field>) {
        let (mut text, mut scope) = self.item(depth, &[]);
        let more = *self.rng.pick(&[0, 0, 0, 1, 1, 2]);
        for _ in 0..more {
            let lateral = if self.rng.chance(15) { scope.clone() } else { Vec::new() };
            let (item, fields) = self.item(depth + 1, &lateral);
            let how = *self.rng.pick(&["join", "left join", "right join", "full join"]);
            // Postgres lets no lateral item stand where it would be asked without its row.
            let how = if item.starts_with("lateral") && how != "join" { "left join" } else { how };
            let equal = self.equal(&scope, &fields);
            scope.extend(fields);
            text = match equal {
                // Anything else is no condition of a full join.
                Some(equal) if how == "full join" => format!("{text} full join {item} on {equal}"),
                Some(equal) if self.rng.chance(70) => format!("{text} {how} {item} on {equal}"),
                Some(equal) => {
                    let cond = self.cond(&scope, DEPTH_MAX);
                    format!("{text} {how} {item} on {equal} and {cond}")
                }
                None if how == "full join" => format!("{text} left join {item} on false"),
                None => format!("{text} {how} {item} on {}", self.cond(&scope, DEPTH_MAX)),
            };
        }
        (text, scope)
    }

    /// A condition that makes pairs: of columns with one name before columns with one kind.
    fn equal(&mut self, one: &[Field], two: &[Field]) -> Option<String> {
        let name = |it: &Field| it.sql.split('.').next_back().unwrap_or_default().to_owned();
        let mut same = Vec::new();
        let mut alike = Vec::new();
        for a in one {
            for b in two {
                if a.kind != b.kind || matches!(a.kind, Kind::Bool | Kind::Json | Kind::Texts) {
                    continue;
                }
                let pair = format!("{} = {}", a.sql, b.sql);
                // Everybody's tenant is the same: alone it pairs everything with everything.
                if name(a) == name(b) && name(a) != "tenant_id" {
                    same.push(pair);
                } else if name(a) != "tenant_id" && name(b) != "tenant_id" {
                    alike.push(pair);
                }
            }
        }
        let from = if same.is_empty() || self.rng.chance(25) { alike } else { same };
        if from.is_empty() { None } else { Some(self.rng.pick(&from).clone()) }
    }

    fn item(&mut self, depth: usize, lateral: &[Field]) -> (String, Vec<Field>) {
        let alias = self.alias();
        if !self.ctes.is_empty() && self.rng.chance(50) {
            let (name, kinds) = self.rng.pick(&self.ctes.clone()).clone();
            return (format!("{name} as {alias}"), named(&alias, &kinds));
        }
        if depth < 2 && self.rng.chance(20) {
            return self.derived(depth, &alias, lateral);
        }
        let relation = self.relation();
        let scope = Gen::fields(relation, &alias);
        (format!("«{}» as {alias}", relation.name), scope)
    }

    fn derived(&mut self, depth: usize, alias: &str, lateral: &[Field]) -> (String, Vec<Field>) {
        if lateral.is_empty() {
            let (text, kinds) = self.select(depth + 1, None);
            let fence = if self.rng.chance(20) { " offset 0" } else { "" };
            let names = columns(kinds.len()).join(", ");
            return (format!("({text}{fence}) as {alias} ({names})"), named(alias, &kinds));
        }
        let (relation, inner) = (self.relation(), self.alias());
        let fields = Gen::fields(relation, &inner);
        let mut both = fields.clone();
        both.extend_from_slice(lateral);
        let cond = self.cond(&both, depth + 1);
        let field = self.rng.pick(&fields).clone();
        let text = format!(
            "lateral (select {} from «{}» as {inner} where {cond}) as {alias} (c1)",
            field.sql, relation.name
        );
        (text, named(alias, &[field.kind]))
    }
}

fn named(alias: &str, kinds: &[Kind]) -> Vec<Field> {
    let field = |(n, kind): (usize, &Kind)| Field {
        sql: format!("{alias}.c{}", n + 1),
        kind: *kind,
        column: None,
    };
    kinds.iter().enumerate().map(field).collect()
}
