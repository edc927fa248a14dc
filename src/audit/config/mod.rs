//! `shikiri-audit.toml`: who logs in, what marks a tenant, how one is entered, what is accepted and until when.
//!
//! An unknown key is an error: a misspelt one would leave something unaudited. `${NAME}` in a URL is taken from the
//! environment, so that no password has to stand in the file.

mod file;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use time::Date;

use crate::dba::catalog::RuleSettings;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{path}: {reason}; `shikiri audit init` writes a first one")]
    Read {
        /// Which.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// It is not what it must be.
    #[error("{path}: {reason}")]
    Bad {
        /// Which.
        path: String,
        /// What is wrong, and with which key.
        reason: String,
    },
}

/// How a tenant is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Context {
    /// A setting holds the tenant's id.
    Setting(String),
    /// Settings and what stands in each: `{tenant}` and `{person}` are replaced by ids.
    Claims(Vec<(String, String)>),
    /// A function is called with a credential.
    Function {
        /// `schema.function`, of one text argument.
        name: String,
    },
}

impl Context {
    /// What is set to enter, by setting. None: a function enters.
    pub(super) fn entering(&self, tenant: &str, person: &str) -> Option<Vec<(String, String)>> {
        let filled = |template: &str| {
            // In JSON a text ends at a quote.
            let put = |it: &str| {
                if template.trim_start().starts_with('{') && template.contains('"') {
                    it.replace('\\', "\\\\").replace('"', "\\\"")
                } else {
                    it.to_owned()
                }
            };
            template.replace("{tenant}", &put(tenant)).replace("{person}", &put(person))
        };
        match self {
            Context::Setting(name) => Some(vec![(name.clone(), tenant.to_owned())]),
            Context::Claims(list) => {
                Some(list.iter().map(|(name, it)| (name.clone(), filled(it))).collect())
            }
            Context::Function { .. } => None,
        }
    }

    /// The settings that hold it.
    pub(super) fn settings(&self) -> Vec<String> {
        match self {
            Context::Setting(name) => vec![name.clone()],
            Context::Claims(list) => list.iter().map(|it| it.0.clone()).collect(),
            Context::Function { .. } => Vec::new(),
        }
    }
}

/// Whose the rows of one table are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// Its column that says it, or that names the parent.
    pub column: String,
    /// The parent whose tenant is the row's: `schema.table`.
    pub parent: Option<String>,
    /// Whether the column holds a person and not a tenant.
    pub is_person: bool,
}

/// One login that a service uses at run time.
#[derive(Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// How it connects. Never shown.
    pub url: String,
    /// The role that the login becomes for each request: then `name` is that role, and `url` the login's.
    pub set_role: Option<String>,
    /// Whether it can enter a tenant at all.
    pub enters: bool,
    /// What it may read across tenants, on purpose: `schema.table`, `function schema.name(text,text)`.
    pub reads: BTreeSet<String>,
    /// Functions that may change rows of every tenant, on purpose: `function schema.name(text)`.
    pub changes: BTreeSet<String>,
}

/// One of the two tenants that attempts are made with.
#[derive(Clone, Default)]
pub struct Tenant {
    /// Its id, as text; none: taken from the data.
    pub id: Option<String>,
    /// The id of a person of it, where a context names one.
    pub person: Option<String>,
    /// What the context function takes. Never shown.
    pub credential: Option<String>,
}

/// A finding that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Which rule.
    pub rule: String,
    /// About which object, exactly as the finding says it.
    pub object: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it is.
    pub until: Date,
}

/// What an audit works with.
#[derive(Clone)]
pub struct Config {
    /// The administrator's or auditor's connection. Never shown.
    pub database_url: String,
    /// Runtime logins.
    pub roles: Vec<Role>,
    /// Names of the column that says whose a row is.
    pub tenant_columns: Vec<String>,
    /// Whose the rows of single tables are, by `schema.table`.
    pub tenant_tables: BTreeMap<String, Whose>,
    /// SQLSTATEs by which this database refuses, besides 42501.
    pub denials: Vec<String>,
    /// Whether a name that matches nothing is an error: somebody wrote the names down.
    pub checks_names: bool,
    /// How a tenant is entered.
    pub context: Context,
    /// Tenant A, as whom attempts are made.
    pub a: Tenant,
    /// Tenant B, whose rows are looked for.
    pub b: Tenant,
    /// Tables that everybody may read, on purpose: `schema.table`.
    pub shared_tables: BTreeSet<String>,
    /// Schemas that are none of this audit's business.
    pub ignored_schemas: Vec<String>,
    /// Functions that answer the tenant, as policies call them; empty: read from the policies.
    pub context_functions: Vec<String>,
    /// Settings that hold what a context function leaves; empty: read from policies and functions.
    pub context_settings: Vec<String>,
    /// Other logins that may exist: migrations, backup, DBAs.
    pub known_logins: Vec<String>,
    /// Tables that were there when somebody last looked; none: no baseline.
    pub baseline_tables: Option<Vec<String>>,
    /// Digests of the wall as it is and as it was deployed, in a database of ours.
    pub wall: Option<(String, String)>,
    /// Whether every function is as it was deployed, and its deployment is tested as every login: in a database of
    /// ours whose wall has the deployed digest. Then one that writes need not be called on the day.
    pub functions_are_deployed: bool,
    /// What is accepted.
    pub suppressions: Vec<Suppression>,
}

impl Config {
    /// Reads a file. `lookup` gives the values of the environment.
    ///
    /// # Errors
    /// When it cannot be read, has an unknown key, or names a variable that is not set.
    pub fn read(path: &PathBuf, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Config, Error> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|err| Error::Read { path: shown.clone(), reason: err.to_string() })?;
        Config::parse(&text, path.parent(), lookup)
            .map_err(|reason| Error::Bad { path: shown, reason })
    }

    /// The settings as rules and census take them.
    pub fn settings(&self) -> RuleSettings {
        let setting = match &self.context {
            Context::Function { .. } => self.context_settings.clone(),
            other => other.settings(),
        };
        let column = |(table, it): (&String, &Whose)| (table.clone(), it.column.clone());
        RuleSettings {
            runtime_roles: self.roles.iter().map(|it| it.name.clone()).collect(),
            known_logins: self.known_logins.clone(),
            tenant_columns: self.tenant_columns.clone(),
            tenant_tables: self.tenant_tables.iter().map(column).collect(),
            context_functions: self.context_functions.clone(),
            context_settings: setting,
            shared_tables: self.shared_tables.iter().cloned().collect(),
            ignored_schemas: self.ignored_schemas.clone(),
            baseline_tables: self.baseline_tables.clone(),
        }
    }

    /// The context in words: `setting app.tenant_id`.
    pub fn context_words(&self) -> String {
        match &self.context {
            Context::Setting(name) => format!("setting {name}"),
            Context::Claims(_) => format!("settings {}", self.context.settings().join(", ")),
            Context::Function { name } => format!("function {name}"),
        }
    }
}
