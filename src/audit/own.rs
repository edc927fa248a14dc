//! The configuration for a database of shikiri's own: nothing to write down, everything is known.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::config::{Config, Context, Role, Suppression, Tenant},
    dba::catalog::{Error, Login, RuleSettings, deployed_wall, open_probes},
};

/// SQLSTATEs by which our own database refuses: each has one meaning.
const REFUSALS: &[&str] =
    &["SK001", "SK002", "SK003", "SK004", "SK010", "SK011", "SK012", "SK020", "SK021", "SK030"];

/// What the operator's functions are there to change: tenants, their users, the probe billers.
const OPERATOR_CHANGES: &[&str] = &[
    "function shikiri_ops.add_tenant(text,text,text,text[])",
    "function shikiri_ops.add_user(text,text,text,text,bytea,text,bytea)",
    "function shikiri_ops.disable_user(text,text)",
    "function shikiri_ops.open_probes()",
    "function shikiri_ops.reset_user(text,text,bytea,text,bytea)",
    "function shikiri_ops.set_issuer(text,text,text,text,text,text)",
    "function shikiri_ops.suspend_tenant(text,boolean)",
];

/// How the logins of a service connect. Only the operator and the application are needed.
pub struct Urls {
    /// A DBA or the auditor: who reads the catalogue.
    pub admin: String,
    /// `shikiri_app`.
    pub app: String,
    /// `shikiri_operator`.
    pub operator: String,
    /// `shikiri_checker`, `shikiri_auditor`, where they are given.
    pub others: Vec<(Login, String)>,
}

/// Makes the probe billers, enters them, and says how to audit.
///
/// # Errors
/// When the probe billers cannot be made.
pub async fn own(urls: &Urls, suppressions: Vec<Suppression>) -> Result<Config, Error> {
    let checker = urls.others.iter().find(|(login, _)| *login == Login::Checker);
    let checker = checker.map(|(_, url)| url.as_str());
    let [a, b] = open_probes(&urls.operator, &urls.app, checker).await?;
    let settings = RuleSettings::own();
    let wall = deployed_wall(&urls.operator).await?;
    let tables =
        |list: &[&str]| -> BTreeSet<String> { list.iter().map(|it| (*it).to_owned()).collect() };
    let mut roles = vec![
        // Whoever logs in is told the salt, an invented one for a login that does not exist.
        role(
            Login::App,
            &urls.app,
            true,
            tables(&["function shikiri_seal.login_params(text,text)"]),
        ),
        // What the operator is there to see.
        role(
            Login::Operator,
            &urls.operator,
            false,
            tables(&[
                "shikiri_ops.tenant",
                "shikiri_ops.export_ledger",
                "shikiri_ops.incident",
                "shikiri_ops.deployment",
                "shikiri_ops.wall",
            ]),
        ),
    ];
    roles[1].changes = tables(OPERATOR_CHANGES);
    // The checker enters by the ticket of an export only, and the auditor not at all.
    roles.extend(urls.others.iter().map(|(login, url)| role(*login, url, false, BTreeSet::new())));
    let known = |it: &&'static str| !roles.iter().any(|role| role.name == *it);
    let known_logins =
        Login::ALL.into_iter().map(Login::role).filter(|it| known(it)).map(str::to_owned).collect();
    let tenant = |it: &crate::dba::catalog::ProbeBiller| Tenant {
        id: Some(it.tenant_id.to_string()),
        person: None,
        credential: Some(it.secret.clone()),
    };
    Ok(Config {
        database_url: urls.admin.clone(),
        roles,
        tenant_columns: settings.tenant_columns,
        tenant_tables: BTreeMap::new(),
        denials: REFUSALS.iter().map(|it| (*it).to_owned()).collect(),
        checks_names: false,
        context: Context::Function { name: "shikiri_seal.enter".to_owned() },
        context_functions: settings.context_functions,
        context_settings: settings.context_settings,
        a: tenant(&a),
        b: tenant(&b),
        shared_tables: settings.shared_tables.into_iter().collect(),
        ignored_schemas: settings.ignored_schemas,
        known_logins,
        baseline_tables: None,
        functions_are_deployed: wall.as_ref().is_some_and(|(live, deployed)| live == deployed),
        wall,
        suppressions,
    })
}

fn role(login: Login, url: &str, enters: bool, reads: BTreeSet<String>) -> Role {
    let (name, url) = (login.role().to_owned(), url.to_owned());
    Role { name, url, set_role: None, enters, reads, changes: BTreeSet::new() }
}
