//! Random queries: joins, derived tables, groups, windows, `with`, set operations, and a total order before every limit.

use super::{
    expr::{DEPTH_MAX, Field, Gen},
    model::Kind,
};

/// A query, and whether its rows come in one order only.
pub struct Query {
    pub text: String,
    pub ordered: bool,
    /// Values for its parameters.
    pub params: Vec<String>,
}

impl Gen<'_> {
    /// A whole query.
    pub fn query(&mut self) -> Query {
        let mut with = String::new();
        if self.rng.chance(25) {
            with = self.with();
        }
        let (mut text, kinds) = self.set_operation(0);
        let ordered = self.rng.chance(50);
        if ordered {
            text = self.limited(&text, kinds.len());
        }
        let params = self.params.take().unwrap_or_default();
        let params = params.iter().map(|(value, kind)| super::expr::quoted(value, *kind)).collect();
        Query { text: with + &text, ordered, params }
    }

    fn with(&mut self) -> String {
        let (text, kinds) = self.select(1, None);
        let name = self.alias();
        let how = *self.rng.pick(&["", "materialized ", "not materialized "]);
        let columns = columns(kinds.len()).join(", ");
        self.ctes.push((name.clone(), kinds));
        format!("with {name} ({columns}) as {how}({text}) ")
    }

    /// In the order of all columns, so that a limit cuts the same rows everywhere.
    fn limited(&mut self, text: &str, count: usize) -> String {
        let order: Vec<String> = (1..=count).map(|it| it.to_string()).collect();
        let direction = *self.rng.pick(&["", " desc", " nulls first"]);
        let mut res =
            format!("select * from ({text}) as z order by {}{direction}", order.join(", "));
        if self.rng.chance(60) {
            res += &format!(" limit {}", self.rng.below(30));
        }
        if self.rng.chance(20) {
            res += &format!(" offset {}", self.rng.below(5));
        }
        res
    }

    fn set_operation(&mut self, depth: usize) -> (String, Vec<Kind>) {
        let (one, kinds) = self.select(depth, None);
        if !self.rng.chance(15) {
            return (one, kinds);
        }
        let (two, _) = self.select(depth, Some(&kinds));
        let operation = *self.rng.pick(&[
            "union",
            "union all",
            "intersect",
            "intersect all",
            "except",
            "except all",
        ]);
        (format!("({one}) {operation} ({two})"), kinds)
    }

    /// One `select`, with columns of these kinds or any.
    pub fn select(&mut self, depth: usize, wanted: Option<&[Kind]>) -> (String, Vec<Kind>) {
        let (from, scope) = self.from(depth);
        let cond = if self.rng.chance(70) {
            format!(" where {}", self.cond(&scope, depth))
        } else {
            String::new()
        };
        let kinds = match wanted {
            Some(kinds) => kinds.to_vec(),
            None => (0..=self.rng.below(4)).map(|_| *self.rng.pick(&Kind::ALL)).collect(),
        };
        let text = match self.rng.below(10) {
            0..=2 if wanted.is_none() => return self.grouped(&from, &cond, &scope, depth),
            3 | 4 => self.windowed(&from, &cond, &scope, &kinds),
            _ => {
                let distinct = if self.rng.chance(12) { "distinct " } else { "" };
                let list: Vec<String> = kinds
                    .iter()
                    .map(|it| format!("({})::{}", self.scalar(&scope, *it, depth), it.sql()))
                    .collect();
                format!("select {distinct}{} from {from}{cond}", list.join(", "))
            }
        };
        (text, kinds)
    }

    fn grouped(
        &mut self,
        from: &str,
        cond: &str,
        scope: &[Field],
        depth: usize,
    ) -> (String, Vec<Kind>) {
        let keys: Vec<Field> =
            (0..self.rng.below(3)).map(|_| self.rng.pick(scope).clone()).collect();
        let mut kinds: Vec<Kind> = keys.iter().map(|it| it.kind).collect();
        let mut list: Vec<String> =
            keys.iter().map(|it| format!("({})::{}", it.sql, it.kind.sql())).collect();
        for _ in 0..=self.rng.below(3) {
            let (sql, kind) = self.aggregate(scope, depth);
            list.push(sql);
            kinds.push(kind);
        }
        let mut text = format!("select {} from {from}{cond}", list.join(", "));
        if !keys.is_empty() {
            let names: Vec<&str> = keys.iter().map(|it| it.sql.as_str()).collect();
            let how = *self.rng.pick(&["", "", "rollup ", "cube "]);
            let names = names.join(", ");
            text += &if how.is_empty() {
                format!(" group by {names}")
            } else {
                format!(" group by {how}({names})")
            };
            if self.rng.chance(25) {
                text += &format!(" having count(*) > {}", self.rng.below(4));
            }
        }
        (text, kinds)
    }

    fn aggregate(&mut self, scope: &[Field], depth: usize) -> (String, Kind) {
        let field = self.rng.pick(scope).clone();
        let (call, kind) = match self.rng.below(6) {
            0 => ("count(*)".to_owned(), Kind::Int),
            1 => (format!("count(distinct {})", field.sql), Kind::Int),
            2 => (
                format!("string_agg(({0})::text, ',' order by ({0})::text)", field.sql),
                Kind::Text,
            ),
            3 => {
                let sql = self.scalar(scope, Kind::Int, DEPTH_MAX);
                (format!("sum(({sql})::numeric)"), Kind::Text)
            }
            4 => (format!("bool_or({})", self.cond(scope, DEPTH_MAX.min(depth + 2))), Kind::Bool),
            _ => {
                let kind = *self.rng.pick(&[Kind::Int, Kind::Text, Kind::Day, Kind::Moment]);
                let sql = self.scalar(scope, kind, DEPTH_MAX);
                (format!("{}(({sql})::{})", self.rng.pick(&["min", "max"]), kind.sql()), kind)
            }
        };
        let filter = if self.rng.chance(20) {
            format!(" filter (where {})", self.cond(scope, DEPTH_MAX))
        } else {
            String::new()
        };
        (format!("({call}{filter})::{}", kind.sql()), kind)
    }

    /// Window functions whose answer is the same for rows that are equal in their order.
    fn windowed(&mut self, from: &str, cond: &str, scope: &[Field], kinds: &[Kind]) -> String {
        let mut list = Vec::new();
        for kind in kinds {
            let (by, order) = (self.rng.pick(scope).clone(), self.rng.pick(scope).clone());
            let over = match self.rng.below(3) {
                0 => format!("over (partition by {})", by.sql),
                1 => format!("over (partition by {} order by {})", by.sql, order.sql),
                _ => format!("over (order by {} desc)", order.sql),
            };
            let sql = match kind {
                Kind::Int => match self.rng.below(4) {
                    0 if over.contains("order by") => format!("rank() {over}"),
                    1 if over.contains("order by") => format!("dense_rank() {over}"),
                    2 => format!("count(*) {over}"),
                    _ => format!("max({}) {over}", self.scalar(scope, Kind::Int, DEPTH_MAX)),
                },
                Kind::Text => format!("min({}) {over}", self.scalar(scope, Kind::Text, DEPTH_MAX)),
                Kind::Bool => format!("bool_and({}) {over}", self.cond(scope, DEPTH_MAX)),
                other => self.scalar(scope, *other, DEPTH_MAX),
            };
            list.push(format!("({sql})::{}", kind.sql()));
        }
        format!("select {} from {from}{cond}", list.join(", "))
    }
}

/// Names for columns of something that is read like a table.
pub fn columns(count: usize) -> Vec<String> {
    (1..=count).map(|it| format!("c{it}")).collect()
}
