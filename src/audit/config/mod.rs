//! `shikiri-audit.toml`: who logs in, what marks a tenant, how one is entered, what is accepted and until when.
//!
//! An unknown key is an error: a misspelt one would leave something unaudited. `${NAME}` in a URL is taken from the
//! environment, so that no password has to stand in the file.

mod file;

use std::{collections::BTreeSet, path::PathBuf};

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
    /// A function is called with a credential.
    Function {
        /// `schema.function`, of one text argument.
        name: String,
    },
}

/// One login that a service uses at run time.
#[derive(Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// How it connects. Never shown.
    pub url: String,
    /// Whether it can enter a tenant at all.
    pub enters: bool,
    /// What it may read across tenants, on purpose: `schema.table`, `function schema.name(text,text)`.
    pub reads: BTreeSet<String>,
}

/// One of the two tenants that attempts are made with.
#[derive(Clone, Default)]
pub struct Tenant {
    /// Its id, as text; none: taken from the data.
    pub id: Option<String>,
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
            Context::Setting(name) => vec![name.clone()],
            Context::Function { .. } => self.context_settings.clone(),
        };
        RuleSettings {
            runtime_roles: self.roles.iter().map(|it| it.name.clone()).collect(),
            known_logins: self.known_logins.clone(),
            tenant_columns: self.tenant_columns.clone(),
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
            Context::Function { name } => format!("function {name}"),
        }
    }
}
