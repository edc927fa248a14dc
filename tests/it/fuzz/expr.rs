//! Random expressions and conditions over what is in scope. None of them fails on a row of A.
//!
//! A relation is written `«name»`, and `‹alias›` stands where a statement says whose rows it touches: see `render`.

use super::{
    model::{Column, Kind, Relation},
    rng::Rng,
};

/// Something that an expression can name.
#[derive(Debug, Clone)]
pub struct Field {
    pub sql: String,
    pub kind: Kind,
    /// The column it is, when nothing stands between.
    pub column: Option<Column>,
}

/// A query in the making.
pub struct Gen<'a> {
    pub rng: Rng,
    pub relations: &'a [Relation],
    /// Values to be sent apart from a prepared statement; none for a statement that stands alone.
    pub params: Option<Vec<(String, Kind)>>,
    /// `with` queries that can be read: name and columns.
    pub ctes: Vec<(String, Vec<Kind>)>,
    aliases: usize,
}

/// How deep sub-queries and expressions go.
pub const DEPTH_MAX: usize = 3;

impl<'a> Gen<'a> {
    pub fn new(rng: Rng, relations: &'a [Relation]) -> Gen<'a> {
        Gen { rng, relations, params: None, ctes: Vec::new(), aliases: 0 }
    }

    pub fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    pub fn relation(&mut self) -> &'a Relation {
        let relations = self.relations;
        &relations[self.rng.below(relations.len())]
    }

    /// The columns of a relation under an alias.
    pub fn fields(relation: &Relation, alias: &str) -> Vec<Field> {
        let field = |it: &Column| Field {
            sql: format!("{alias}.{}", it.name),
            kind: it.kind,
            column: Some(it.clone()),
        };
        relation.columns.iter().map(field).collect()
    }

    pub fn field(&mut self, scope: &[Field], kind: Kind) -> Option<Field> {
        let fit: Vec<&Field> = scope.iter().filter(|it| it.kind == kind).collect();
        (!fit.is_empty()).then(|| (*self.rng.pick(&fit)).clone())
    }

    /// A value that stands in some row of A or of B.
    pub fn value(&mut self, kind: Kind) -> String {
        for _ in 0..12 {
            let relation = self.relation();
            let columns: Vec<&Column> =
                relation.columns.iter().filter(|it| it.kind == kind).collect();
            if columns.is_empty() {
                continue;
            }
            let column = *self.rng.pick(&columns);
            let values = if self.rng.chance(30) { &column.of_b } else { &column.of_a };
            if !values.is_empty() {
                return self.rng.pick(values).clone();
            }
        }
        match kind {
            Kind::Int => self.rng.below(50).to_string(),
            Kind::Text => "x".to_owned(),
            Kind::Day => "2026-01-01".to_owned(),
            Kind::Moment => "2026-01-01 00:00:00+00".to_owned(),
            Kind::Bool => "true".to_owned(),
            Kind::Uuid => "00000000-0000-4000-8000-000000000000".to_owned(),
            Kind::Bytes => "\\x00".to_owned(),
            Kind::Json | Kind::Texts => "{}".to_owned(),
        }
    }

    pub fn literal(&mut self, kind: Kind) -> String {
        let value = self.value(kind);
        if self.rng.chance(50)
            && let Some(params) = &mut self.params
            && params.len() < 6
        {
            params.push((value, kind));
            return format!("${}::{}", params.len(), kind.sql());
        }
        quoted(&value, kind)
    }

    /// An expression of a kind.
    pub fn scalar(&mut self, scope: &[Field], kind: Kind, depth: usize) -> String {
        let base = match self.field(scope, kind) {
            Some(field) => field.sql,
            None => self.literal(kind),
        };
        if DEPTH_MAX <= depth || self.rng.chance(45) {
            return base;
        }
        match self.rng.below(8) {
            0 => format!("coalesce({base}, {})", self.literal(kind)),
            1 => {
                let (when, other) =
                    (self.cond(scope, depth + 1), self.scalar(scope, kind, depth + 1));
                format!("case when {when} then {base} else {other} end")
            }
            2 => self.sub_select(scope, kind, depth),
            3 => format!("nullif({base}, {})", self.literal(kind)),
            _ => self.by_kind(scope, kind, depth, base),
        }
    }

    fn by_kind(&mut self, scope: &[Field], kind: Kind, depth: usize, base: String) -> String {
        match kind {
            Kind::Int => match self.rng.below(3) {
                0 => format!("{base} % 7"),
                1 => format!("{base}::bigint + {}", self.rng.below(100)),
                _ => {
                    let text = self.scalar(scope, Kind::Text, depth + 1);
                    format!("length({text})::bigint")
                }
            },
            Kind::Text => match self.rng.below(5) {
                0 => format!("left({base}, {})", 1 + self.rng.below(12)),
                1 => format!("md5({base})"),
                2 => format!("upper({base}) || lower({base})"),
                3 => format!("concat({base}, '/', {base})"),
                _ => {
                    let kind = *self.rng.pick(&Kind::ALL);
                    format!("({})::text", self.scalar(scope, kind, depth + 1))
                }
            },
            Kind::Bytes => format!("sha256({base})"),
            Kind::Bool => format!("({})", self.cond(scope, depth + 1)),
            Kind::Day => format!("({base} + {})", self.rng.below(40)),
            _ => base,
        }
    }

    /// One value out of another relation, with a condition that may look outside.
    fn sub_select(&mut self, scope: &[Field], kind: Kind, depth: usize) -> String {
        let relation = self.relation();
        let alias = self.alias();
        let inner = Gen::fields(relation, &alias);
        // Arrays of any size are gathered into nothing.
        let found = self.field(&inner, kind).filter(|_| kind != Kind::Texts);
        let Some(field) = found else { return self.literal(kind) };
        let mut both = inner;
        both.extend_from_slice(scope);
        let cond = self.cond(&both, depth + 1);
        let picked = match kind {
            Kind::Int | Kind::Day | Kind::Moment | Kind::Text => format!("max({})", field.sql),
            _ => format!("(array_agg({0} order by {0}))[1]", field.sql),
        };
        format!("(select {picked} from «{}» as {alias} where {cond})", relation.name)
    }
}

/// A value as it stands in a statement.
pub fn quoted(value: &str, kind: Kind) -> String {
    format!("'{}'::{}", value.replace('\'', "''"), kind.sql())
}

/// The statement of somebody whom the policies hold: relations as they are.
pub fn sealed(text: &str) -> String {
    let mut res = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('‹') {
        let end = rest.find('›').expect("closed");
        res.push_str(&rest[..start]);
        res.push_str("true");
        rest = &rest[end + '›'.len_utf8()..];
    }
    res.push_str(rest);
    res.replace(['«', '»'], "")
}

/// The statement of somebody whom no policy holds: `tenant_id =` in place of it, behind a fence.
pub fn explicit(text: &str, tenant_id: i32) -> String {
    text.replace('«', "(select * from ")
        .replace('»', &format!(" where tenant_id = {tenant_id} offset 0)"))
        .replace('‹', "")
        .replace('›', &format!(".tenant_id = {tenant_id}"))
}
