//! What there is to ask: relations with a tenant, their columns, and values that A and B have in them.

use crate::attacks::Wire;

/// What an expression can do with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Int,
    Text,
    Day,
    Moment,
    Bool,
    Uuid,
    Bytes,
    Json,
    Texts,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Int,
        Kind::Text,
        Kind::Day,
        Kind::Moment,
        Kind::Bool,
        Kind::Uuid,
        Kind::Bytes,
        Kind::Json,
        Kind::Texts,
    ];

    /// The type that values of this kind are cast to.
    pub fn sql(self) -> &'static str {
        match self {
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Day => "date",
            Kind::Moment => "timestamptz",
            Kind::Bool => "boolean",
            Kind::Uuid => "uuid",
            Kind::Bytes => "bytea",
            Kind::Json => "jsonb",
            Kind::Texts => "text[]",
        }
    }

    fn of(name: &str) -> Option<Kind> {
        Some(match name {
            "smallint" | "integer" | "bigint" => Kind::Int,
            "text" => Kind::Text,
            "date" => Kind::Day,
            "timestamp with time zone" => Kind::Moment,
            "boolean" => Kind::Bool,
            "uuid" => Kind::Uuid,
            "bytea" => Kind::Bytes,
            "jsonb" => Kind::Json,
            "text[]" => Kind::Texts,
            _ => return None,
        })
    }
}

/// A column, with values that the two billers have in it.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub nullable: bool,
    /// Its default is a clock or chance: what a statement puts there is not the same twice.
    pub fickle: bool,
    /// Of the primary key.
    pub key: bool,
    pub of_a: Vec<String>,
    /// Values of B that A does not have.
    pub of_b: Vec<String>,
}

/// A table or view that has a tenant in each row.
#[derive(Debug, Clone)]
pub struct Relation {
    pub name: String,
    /// A table (not a view, not a parent of partitions): its rows are its own.
    pub plain: bool,
    /// Rows can be written without going through a view.
    pub table: bool,
    pub columns: Vec<Column>,
}

/// The relations that a role may read, in every schema but the catalogue's; and those that name no tenant.
pub async fn relations(
    root: &mut Wire,
    role: &str,
    a: i32,
    b: i32,
) -> (Vec<Relation>, Vec<String>) {
    let readable = format!(
        "select c.oid::regclass::text, c.relkind in ('r', 'f') and not exists (select from pg_inherits i where \
         i.inhparent = c.oid), c.relkind in ('r', 'p'), exists (select from pg_attribute t where t.attrelid = c.oid \
         and t.attname = 'tenant_id') from pg_class c \
         where c.relkind in ('r', 'p', 'v', 'm', 'f') and has_any_column_privilege('{role}', c.oid, 'select') \
         and has_schema_privilege('{role}', c.relnamespace, 'usage') \
         and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast', 'public', \
         'shikiri_audit') and (c.relnamespace = 'shikiri'::regnamespace or '{role}' in ('shikiri_app', 'shikiri_checker')) \
         order by 1"
    );
    let found = root.simple(&readable).await;
    assert!(found.state.is_none(), "{}", found.all());
    let (mut relations, mut without) = (Vec::new(), Vec::new());
    for row in found.rows {
        let [name, plain, table, tenant] = &row[..] else { panic!("four columns") };
        if tenant == "f" {
            without.push(name.clone());
            continue;
        }
        let columns = columns(root, role, name, a, b).await;
        relations.push(Relation {
            name: name.clone(),
            plain: plain == "t",
            table: table == "t",
            columns,
        });
    }
    (relations, without)
}

async fn columns(root: &mut Wire, role: &str, table: &str, a: i32, b: i32) -> Vec<Column> {
    let text = format!(
        "select a.attname, format_type(a.atttypid, null), not a.attnotnull, \
         coalesce(pg_get_expr(d.adbin, d.adrelid) ~ 'clock_timestamp|random|nextval|now', false) or a.attidentity <> '', \
         exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey[0:i.indnkeyatts - 1])) \
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum \
         where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped \
         and has_column_privilege('{role}', a.attrelid, a.attnum, 'select') order by a.attnum"
    );
    let mut res = Vec::new();
    for row in root.simple(&text).await.rows {
        let [name, kind, nullable, fickle, key] = &row[..] else { panic!("five columns") };
        let Some(kind) = Kind::of(kind) else { continue };
        let values = format!(
            "select distinct on ({name}) {name}::text from {table} where tenant_id = {a} and {name} is not null \
             order by {name} limit 40; select 'and of B'; \
             select distinct on (t.{name}) t.{name}::text from {table} t where t.tenant_id = {b} and t.{name} is not null \
             and not exists (select from {table} o where o.tenant_id = {a} and o.{name} = t.{name}) order by t.{name} limit 40"
        );
        let found = root.simple(&values).await;
        assert!(found.state.is_none(), "{}", found.all());
        let values: Vec<String> = found.rows.into_iter().flatten().collect();
        let middle = values.iter().position(|it| it == "and of B").expect("was selected");
        res.push(Column {
            name: name.clone(),
            kind,
            nullable: nullable == "t",
            fickle: fickle == "t",
            key: key == "t",
            of_a: values[..middle].to_vec(),
            of_b: values[middle + 1..].to_vec(),
        });
    }
    res
}
