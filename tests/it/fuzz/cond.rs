//! Random conditions, those that would tell of another's row by an error among them.

use super::{
    expr::{DEPTH_MAX, Field, Gen, quoted},
    model::Kind,
};

const COMPARISONS: &[&str] = &["=", "<>", "<", "<=", ">", ">=", "is distinct from"];

impl Gen<'_> {
    /// A condition.
    pub fn cond(&mut self, scope: &[Field], depth: usize) -> String {
        if DEPTH_MAX <= depth {
            return self.comparison(scope, depth);
        }
        match self.rng.below(16) {
            0 => {
                let (one, two) = (self.cond(scope, depth + 1), self.cond(scope, depth + 1));
                format!("({one} and {two})")
            }
            1 => {
                let (one, two) = (self.cond(scope, depth + 1), self.cond(scope, depth + 1));
                format!("({one} or {two})")
            }
            2 => format!("not ({})", self.cond(scope, depth + 1)),
            3 => self.in_values(scope),
            4 | 5 => self.in_query(scope, depth),
            6 | 7 => self.exists(scope, depth),
            8 => self.like(scope),
            9 | 10 => self.leaky(scope),
            11 => self.between(scope),
            12 => self.rows(scope),
            13 => self.null(scope),
            _ => self.comparison(scope, depth),
        }
    }

    fn some_field(&mut self, scope: &[Field]) -> Field {
        self.rng.pick(scope).clone()
    }

    fn comparison(&mut self, scope: &[Field], depth: usize) -> String {
        let field = self.some_field(scope);
        if field.kind == Kind::Bool && self.rng.chance(50) {
            return field.sql;
        }
        let other = if self.rng.chance(60) {
            self.literal_for(&field)
        } else {
            self.scalar(scope, field.kind, depth + 1)
        };
        format!("{} {} {other}", field.sql, self.rng.pick(COMPARISONS))
    }

    /// A value that the field has for somebody, so that conditions are true now and then.
    pub fn literal_for(&mut self, field: &Field) -> String {
        if let Some(column) = &field.column {
            let values = if self.rng.chance(25) { &column.of_b } else { &column.of_a };
            if !values.is_empty() {
                return quoted(self.rng.pick::<String>(values), field.kind);
            }
        }
        self.literal(field.kind)
    }

    fn in_values(&mut self, scope: &[Field]) -> String {
        let field = self.some_field(scope);
        let values: Vec<String> = (0..3).map(|_| self.literal_for(&field)).collect();
        // An array of arrays is another thing.
        if field.kind == Kind::Texts || self.rng.chance(50) {
            format!("{} in ({})", field.sql, values.join(", "))
        } else {
            format!("{} = any (array[{}])", field.sql, values.join(", "))
        }
    }

    fn between(&mut self, scope: &[Field]) -> String {
        let field = self.some_field(scope);
        let (low, high) = (self.literal_for(&field), self.literal_for(&field));
        format!("{} between symmetric {low} and {high}", field.sql)
    }

    fn null(&mut self, scope: &[Field]) -> String {
        let field = self.some_field(scope);
        format!("{} is {}null", field.sql, if self.rng.chance(50) { "not " } else { "" })
    }

    fn rows(&mut self, scope: &[Field]) -> String {
        let (one, two) = (self.some_field(scope), self.some_field(scope));
        let (first, second) = (self.literal_for(&one), self.literal_for(&two));
        format!("({}, {}) >= ({first}, {second})", one.sql, two.sql)
    }

    fn like(&mut self, scope: &[Field]) -> String {
        let Some(field) = self.field(scope, Kind::Text) else { return self.null(scope) };
        let value = field.column.as_ref().map_or(Vec::new(), |it| it.of_a.clone());
        let start: String = match value.first() {
            Some(value) => value.chars().take(1 + self.rng.below(4)).collect(),
            None => "CAN".to_owned(),
        };
        format!("{} like '{}%'", field.sql, start.replace(['\'', '%', '_', '\\'], ""))
    }

    /// What fails on one row of B, and on no row of A.
    fn leaky(&mut self, scope: &[Field]) -> String {
        let told: Vec<Field> = scope
            .iter()
            .filter(|it| it.column.as_ref().is_some_and(|it| !it.of_b.is_empty()))
            .cloned()
            .collect();
        if told.is_empty() {
            return self.null(scope);
        }
        let field = self.rng.pick(&told).clone();
        let of_b = field.column.map(|it| it.of_b).unwrap_or_default();
        let value = quoted(self.rng.pick::<String>(&of_b), field.kind);
        let fails = format!("1 / (case when {} = {value} then 0 else 1 end)", field.sql);
        match self.rng.below(3) {
            0 => format!("{fails} = 1"),
            1 => format!("({fails})::text like '%'"),
            _ => format!("coalesce({fails}, 1) > 0"),
        }
    }

    fn exists(&mut self, scope: &[Field], depth: usize) -> String {
        let relation = self.relation();
        let alias = self.alias();
        let mut both = Gen::fields(relation, &alias);
        both.extend_from_slice(scope);
        let cond = self.cond(&both, depth + 1);
        let not = if self.rng.chance(40) { "not " } else { "" };
        format!("{not}exists (select from «{}» as {alias} where {cond})", relation.name)
    }

    fn in_query(&mut self, scope: &[Field], depth: usize) -> String {
        let field = self.some_field(scope);
        let relation = self.relation();
        let alias = self.alias();
        let inner = Gen::fields(relation, &alias);
        let Some(found) = self.field(&inner, field.kind) else { return self.null(scope) };
        let mut both = inner;
        if self.rng.chance(30) {
            both.extend_from_slice(scope);
        }
        let cond = self.cond(&both, depth + 1);
        let query =
            format!("select {} from «{}» as {alias} where {cond}", found.sql, relation.name);
        match self.rng.below(3) {
            0 => format!("{} not in ({query} and {} is not null)", field.sql, found.sql),
            1 if field.kind != Kind::Texts => format!("{} = any (array({query}))", field.sql),
            _ => format!("{} in ({query})", field.sql),
        }
    }
}
