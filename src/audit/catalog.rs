//! The static half of the audit: all rules in one statement, and what they found.

use crate::{
    audit::{Finding, MATRIX, PRELUDE, PRELUDE_BASE, PRELUDE_CALLS, ROLE_PATHS, RULES, Rule},
    dba::catalog::{self, Error, RuleSettings},
};

/// One line of the access matrix: a login, a relation, a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The runtime role.
    pub role: String,
    /// `schema.relation`, quoted where needed.
    pub relation: String,
    /// `table`, `view`, `materialised view`, `foreign table`.
    pub kind: String,
    /// `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`.
    pub command: String,
    /// `none`, `nothing` (a grant without a policy), `by policy`, `as its owner`, `as its tables`, `every tenant`.
    pub sees: String,
    /// By which doors, or why not.
    pub door: String,
}

/// What a login can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePath {
    /// The login.
    pub login: String,
    /// The role it reaches.
    pub reaches: String,
    /// Step by step: `app -> inherits reader => set role owner`.
    pub path: String,
    /// What being that role means here.
    pub means: String,
}

/// The one statement that runs every rule.
pub fn statement() -> String {
    let rules: Vec<(&str, &str)> = RULES.iter().map(|it| (it.id(), it.sql)).collect();
    catalog::rules_statement(PRELUDE, &rules)
}

/// The file that installs rules, matrix and paths as views in any database: `sql/audit/install.sql`, made anew.
pub fn install_sql() -> String {
    let title = |it: &Rule| [it.id(), it.severity().as_str(), it.title_en(), it.title_ja()];
    catalog::install_text(&catalog::InstallParts {
        findings: statement(),
        matrix: format!("{PRELUDE_BASE}{MATRIX}"),
        role_paths: format!("{PRELUDE_BASE}{ROLE_PATHS}"),
        titles: RULES.iter().map(title).collect(),
    })
}

/// Runs every rule with this login. Any login may: the rules read no table and no secret.
///
/// Two connections share the work: what judges the clauses of policies takes as long as all the rest, which does
/// without half of the prelude.
///
/// # Errors
/// When the login cannot connect or a statement fails.
pub async fn run(url: &str, settings: &RuleSettings) -> Result<Vec<Finding>, Error> {
    let part = |prelude: &str, judges: bool| {
        let mine = RULES.iter().filter(|it| it.judges_clauses() == judges);
        let rules: Vec<(&str, &str)> = mine.map(|it| (it.id(), it.sql)).collect();
        catalog::rules_statement(prelude, &rules)
    };
    let (clauses, rest) = (part(PRELUDE, true), part(PRELUDE_CALLS, false));
    let (clauses, rest) = tokio::try_join!(
        catalog::ask_catalogue(url, &clauses, settings),
        catalog::ask_catalogue(url, &rest, settings)
    )?;
    let rows = clauses.into_iter().chain(rest);
    let mut findings = rows.map(finding).collect::<Result<Vec<_>, _>>()?;
    findings.sort_by(|a, b| {
        (b.severity, &a.rule, &a.object, &a.role).cmp(&(a.severity, &b.rule, &b.object, &b.role))
    });
    Ok(findings)
}

/// The access matrix of the runtime roles, from the catalogue alone.
///
/// # Errors
/// When the login cannot connect or the statement fails.
pub async fn matrix(url: &str, settings: &RuleSettings) -> Result<Vec<Access>, Error> {
    let rows = catalog::ask_catalogue(url, &format!("{PRELUDE_BASE}{MATRIX}"), settings).await?;
    let access = |row| {
        let [role, relation, kind, command, sees, door] = texts(row)?;
        Ok(Access { role, relation, kind, command, sees, door })
    };
    rows.into_iter().map(access).collect()
}

/// What every login can become.
///
/// # Errors
/// When the login cannot connect or the statement fails.
pub async fn role_paths(url: &str, settings: &RuleSettings) -> Result<Vec<RolePath>, Error> {
    let rows =
        catalog::ask_catalogue(url, &format!("{PRELUDE_BASE}{ROLE_PATHS}"), settings).await?;
    let path = |row| {
        let [login, reaches, path, means] = texts(row)?;
        Ok(RolePath { login, reaches, path, means })
    };
    rows.into_iter().map(path).collect()
}

/// A row of the one statement: rule, object, role_name, what, reproduce, fix.
fn finding(row: Vec<Option<String>>) -> Result<Finding, Error> {
    let role = row.get(2).cloned().flatten();
    let [id, object, _, what, reproduce, fix] = texts(row)?;
    let rule = Rule::find(&id).ok_or_else(|| odd(format!("no rule {id}")))?;
    let mut finding = Finding::new(&id, rule.severity(), &object, role.as_deref(), what);
    finding.reproduce = reproduce;
    finding.fix = fix;
    Ok(finding)
}

/// Exactly so many columns; null is the empty text.
fn texts<const N: usize>(row: Vec<Option<String>>) -> Result<[String; N], Error> {
    let row: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
    row.try_into().map_err(|row: Vec<_>| odd(format!("{} columns, not {N}", row.len())))
}

fn odd(reason: String) -> Error {
    Error::Step { step: "the audit's rules".to_owned(), reason }
}
