//! What there is to try: relations, rights, functions, settings and keys, from the catalogue.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::config::Config,
    dba::probe::{Error, Probe},
};

const RELATIONS: &str = include_str!("../../../sql/audit/attempts/relations.sql");
const RIGHTS: &str = include_str!("../../../sql/audit/attempts/rights.sql");
const FUNCTIONS: &str = include_str!("../../../sql/audit/attempts/functions.sql");
const SETTINGS: &str = include_str!("../../../sql/audit/attempts/settings.sql");
const KEYS: &str = include_str!("../../../sql/audit/attempts/keys.sql");
const UNIQUE: &str = include_str!("../../../sql/audit/attempts/unique.sql");
const SEQUENCES: &str = include_str!("../../../sql/audit/attempts/sequences.sql");
const PARENTS: &str = include_str!("../../../sql/audit/attempts/parents.sql");
const SERVER: &str = include_str!("../../../sql/audit/attempts/server.sql");

/// A table, view, materialised view or foreign table.
#[derive(Debug, Clone)]
pub struct Relation {
    /// `schema.name`, quoted where it must be.
    pub name: String,
    /// `r`, `p`, `v`, `m` or `f`, as in `pg_class`.
    pub kind: char,
    /// Whether row security is enabled.
    pub row_security: bool,
    /// Whether it is a partition or a child.
    pub is_child: bool,
    /// Its name without the schema, quoted where it must be.
    pub(super) table: String,
    /// `schema.name` as it is written down, without quotes.
    pub plain: String,
    /// The column that says whose a row is, or that names the parent that does.
    pub tenant_column: Option<String>,
    /// Where the parent says it: what answers the tenant of a row.
    pub(super) by_parent: Option<String>,
    /// Whether the column holds a person.
    pub(super) is_person: bool,
    /// Whether INSERT, UPDATE and DELETE can be answered at all.
    pub(super) writable: u8,
    /// Whether a change of it does something elsewhere: a trigger, a rule, a cascade.
    pub(super) acts: bool,
    /// Whether it answers with its owner's rights.
    pub is_definer: bool,
    /// Its owner.
    pub owner: String,
    /// Its columns, quoted where they must be.
    pub columns: Vec<String>,
    /// Their types, in the same order.
    pub(super) types: Vec<String>,
    pub(super) oid: String,
}

/// What a role holds on a relation.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    /// Whether it may name things in the schema.
    pub reaches: bool,
    /// Columns it may read.
    pub select: Vec<String>,
    /// Columns it may insert.
    pub insert: Vec<String>,
    /// Columns it may update.
    pub update: Vec<String>,
    /// DELETE.
    pub delete: bool,
    /// TRUNCATE.
    pub truncate: bool,
    /// By which door the rights came.
    pub door: String,
}

/// A function that a role may execute.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub role: String,
    pub signature: String,
    pub is_procedure: bool,
    pub is_definer: bool,
    pub is_variadic: bool,
    pub call: String,
    pub types: Vec<String>,
    pub names: Vec<String>,
    pub is_volatile: bool,
    pub returns_set: bool,
}

/// A sequence that a role may use.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub role: String,
    pub name: String,
    pub may_read: bool,
    pub may_advance: bool,
}

/// A key or a reference without the tenant.
#[derive(Debug, Clone)]
pub(super) struct LooseKey {
    pub is_reference: bool,
    pub relation: String,
    pub name: String,
    pub columns: Vec<String>,
    pub target: String,
    pub target_columns: Vec<String>,
}

/// What there is to try.
#[derive(Debug)]
pub struct Census {
    /// Relations, by name.
    pub relations: Vec<Relation>,
    rights: BTreeMap<(String, String), Rights>,
    pub(super) functions: Vec<Function>,
    pub(super) settings: Vec<String>,
    pub(super) keys: Vec<LooseKey>,
    pub(super) sequences: Vec<Sequence>,
    /// As `15.20`.
    pub server_version: String,
    /// The database.
    pub database: String,
    /// Whether who reads the catalogue sees every row.
    pub sees_all: bool,
    /// Whether it is a superuser.
    pub is_superuser: bool,
    /// Logins with an attribute or membership of note, roles that exist.
    pub(super) other_roles: Vec<(String, bool)>,
    /// Schemas, the empty ones too.
    pub(super) schemas: Vec<String>,
    /// Columns of unique keys that do carry the tenant: a copy of a row needs new values there.
    pub(super) unique: BTreeSet<(String, String)>,
    /// SHA-256 over roles, relations, rights, policies and functions.
    pub schema_digest: String,
    /// Tenant A.
    pub a: Option<String>,
    /// Tenant B.
    pub b: Option<String>,
    /// A person of A, and one of B.
    pub(super) persons: [Option<String>; 2],
}

impl Relation {
    /// What answers whose a row is. None: nothing does.
    pub(super) fn whose(&self) -> Option<&str> {
        self.by_parent.as_deref().or(self.tenant_column.as_deref())
    }

    /// Whether a row says by itself whose it is, to anybody who may read the column.
    pub(super) fn says_itself(&self) -> bool {
        self.by_parent.is_none() && self.tenant_column.is_some()
    }

    /// The type of a column, as Postgres writes it.
    pub(super) fn type_of(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|it| it == column)?;
        self.types.get(at).map(String::as_str)
    }

    /// A value that nobody has, as a literal that fits the column; `null` where none is known.
    pub(super) fn fresh(&self, column: &str) -> &'static str {
        match self.type_of(column) {
            Some("uuid") => "'00000000-0000-4000-8000-00000000feed'",
            Some("smallint") => "'7'",
            Some("integer" | "bigint" | "numeric" | "real" | "double precision") => "'987654'",
            Some("text" | "character varying" | "character" | "name" | "\"char\"") => "'9'",
            Some("date") => "'2090-12-31'",
            Some(it) if it.starts_with("timestamp") => "'2090-12-31 00:00'",
            Some("boolean") => "'false'",
            Some("json" | "jsonb") => "'{}'",
            Some("bytea") => "'\\x00'",
            Some(it) if it.ends_with("[]") => "'{}'",
            Some("interval") => "'1 day'",
            Some("inet" | "cidr") => "'192.0.2.1'",
            _ => "null",
        }
    }
}

fn words(text: Option<String>) -> Vec<String> {
    text.map(|it| it.split('\u{1f}').map(str::to_owned).collect()).unwrap_or_default()
}

fn truth(text: &Option<String>) -> bool {
    text.as_deref() == Some("true")
}

impl Census {
    /// Reads the catalogue.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn take(config: &Config, admin: &Probe) -> Result<Census, Error> {
        let settings = config.settings().to_json();
        // All under way at once on one connection.
        let ask = |sql| admin.catalogue(sql, &settings);
        let (relations, rights, functions, server, names, keys, unique, sequences, parents) = tokio::try_join!(
            biased;
            ask(RELATIONS),
            ask(RIGHTS),
            ask(FUNCTIONS),
            ask(SERVER),
            ask(SETTINGS),
            ask(KEYS),
            ask(UNIQUE),
            ask(SEQUENCES),
            ask(PARENTS)
        )?;
        let server = server.into_iter().next().unwrap_or_default();
        let cell = |at: usize| server.get(at).cloned().flatten();
        let roles = cell(5).unwrap_or_default();
        let pair = |row: Vec<Option<String>>| Some((row.first()?.clone()?, row.get(1)?.clone()?));
        let mut census = Census {
            relations: relations.into_iter().filter_map(relation).collect(),
            rights: rights.into_iter().filter_map(right).collect(),
            functions: functions.into_iter().filter_map(function).collect(),
            settings: names.into_iter().filter_map(|it| it.into_iter().next().flatten()).collect(),
            keys: keys.into_iter().filter_map(loose_key).collect(),
            sequences: sequences.into_iter().filter_map(sequence).collect(),
            server_version: cell(0).unwrap_or_default(),
            database: cell(1).unwrap_or_default(),
            sees_all: truth(&cell(2)),
            is_superuser: truth(&cell(3)),
            other_roles: roles.split('\u{1f}').filter_map(other_role).collect(),
            schemas: words(cell(6)),
            unique: unique.into_iter().filter_map(pair).collect(),
            schema_digest: cell(4).unwrap_or_default(),
            a: config.a.id.clone(),
            b: config.b.id.clone(),
            persons: [config.a.person.clone(), config.b.person.clone()],
        };
        census.tell_whose(&config.tenant_tables, &parents);
        if census.a.is_none() || census.b.is_none() {
            (census.a, census.b) = census.two_tenants(admin).await;
        }
        Ok(census)
    }

    /// What a role holds on a relation.
    pub fn rights(&self, role: &str, relation: &Relation) -> Rights {
        self.rights.get(&(role.to_owned(), relation.oid.clone())).cloned().unwrap_or_default()
    }

    /// A relation by its name.
    pub(super) fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|it| it.name == name)
    }

    /// Two tenants from the data: the ends of the first table that has two.
    async fn two_tenants(&self, admin: &Probe) -> (Option<String>, Option<String>) {
        for it in self.relations.iter().filter(|it| matches!(it.kind, 'r' | 'p')) {
            if !it.says_itself() || it.is_person {
                continue;
            }
            let Some(column) = &it.tenant_column else { continue };
            let end = |way: &str| {
                format!(
                    "(select {column}::text from {} where {column} is not null \
                     order by {column} {way} limit 1)",
                    it.name
                )
            };
            let text = format!("select {}, {}", end("asc"), end("desc"));
            let Ok(rows) = admin.names(&text).await else { continue };
            if let Some([Some(a), Some(b)]) = rows.first().map(Vec::as_slice)
                && a != b
            {
                return (Some(a.clone()), Some(b.clone()));
            }
        }
        (None, None)
    }
}

fn relation(row: Vec<Option<String>>) -> Option<Relation> {
    let [
        schema,
        name,
        kind,
        rls,
        child,
        tenant,
        _,
        definer,
        owner,
        columns,
        oid,
        types,
        plain,
        writable,
        acts,
    ] = row.try_into().ok()?;
    Some(Relation {
        name: format!("{}.{}", schema?, name.as_ref()?),
        table: name?,
        kind: kind?.chars().next()?,
        row_security: truth(&rls),
        is_child: truth(&child),
        tenant_column: tenant,
        plain: plain?,
        by_parent: None,
        is_person: false,
        writable: writable.and_then(|it| it.parse().ok()).unwrap_or(0),
        acts: truth(&acts),
        is_definer: truth(&definer),
        owner: owner?,
        columns: words(columns),
        types: words(types),
        oid: oid?,
    })
}

fn right(row: Vec<Option<String>>) -> Option<((String, String), Rights)> {
    let [role, oid, reaches, _, select, insert, update, delete, truncate, door] =
        row.try_into().ok()?;
    let rights = Rights {
        reaches: truth(&reaches),
        select: words(select),
        insert: words(insert),
        update: words(update),
        delete: truth(&delete),
        truncate: truth(&truncate),
        door: door.unwrap_or_default(),
    };
    Some(((role?, oid?), rights))
}

fn function(row: Vec<Option<String>>) -> Option<Function> {
    let [
        role,
        signature,
        call,
        types,
        names,
        volatility,
        returns_set,
        is_procedure,
        is_definer,
        is_variadic,
    ] = row.try_into().ok()?;
    Some(Function {
        role: role?,
        signature: signature?,
        call: call?,
        is_procedure: truth(&is_procedure),
        is_definer: truth(&is_definer),
        is_variadic: truth(&is_variadic),
        types: words(types),
        names: words(names),
        is_volatile: volatility.as_deref() == Some("v"),
        returns_set: truth(&returns_set),
    })
}

fn sequence(row: Vec<Option<String>>) -> Option<Sequence> {
    let [role, name, may_read, may_advance] = row.try_into().ok()?;
    let (may_read, may_advance) = (truth(&may_read), truth(&may_advance));
    Some(Sequence { role: role?, name: name?, may_read, may_advance })
}

fn loose_key(row: Vec<Option<String>>) -> Option<LooseKey> {
    let [kind, relation, name, columns, target, target_columns] = row.try_into().ok()?;
    Some(LooseKey {
        is_reference: kind.as_deref() == Some("reference"),
        relation: relation?,
        name: name?,
        columns: words(columns),
        target: target.unwrap_or_default(),
        target_columns: words(target_columns),
    })
}

/// `name=t` when the role is one that must not be reached.
fn other_role(text: &str) -> Option<(String, bool)> {
    let (name, grave) = text.rsplit_once('=')?;
    Some((name.to_owned(), grave == "t"))
}
