//! Runs the catalogue rules of the audit: one read-only statement of files, one parameter, rows of text.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};
use tokio_postgres::types::Json;

use super::{Error, connect};

/// What the rules take as given. Its JSON form is the parameter of `sql/audit/prelude.sql`, which says what each means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// The logins of applications. Empty: every login that is not the server's first superuser.
    pub runtime_roles: Vec<String>,
    /// Other logins that may exist: migrations, backup, DBAs.
    pub known_logins: Vec<String>,
    /// Names of the tenant column, the first one that a table has. Empty: `tenant_id`.
    pub tenant_columns: Vec<String>,
    /// The column of single tables, before those names: `schema.table` and column; in a child the key to its parent.
    pub tenant_tables: BTreeMap<String, String>,
    /// Functions that answer the tenant, `schema.name`. Empty: what policies call.
    pub context_functions: Vec<String>,
    /// Settings that hold the tenant. Empty: what policies and context functions read.
    pub context_settings: Vec<String>,
    /// Tables of everybody although they have a tenant column, `schema.table`.
    pub shared_tables: Vec<String>,
    /// Schemas that are not judged.
    pub ignored_schemas: Vec<String>,
    /// Tables that were there when somebody last looked. None: there is no baseline.
    pub baseline_tables: Option<Vec<String>>,
}

impl RuleSettings {
    /// The settings that fit a database of shikiri's own.
    ///
    /// The same stand in `sql/views/settings.sql`; a test compares them.
    pub fn own() -> RuleSettings {
        let list = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        RuleSettings {
            runtime_roles: list(&[
                "shikiri_app",
                "shikiri_checker",
                "shikiri_operator",
                "shikiri_auditor",
            ]),
            known_logins: list(&["shikiri_migrator"]),
            tenant_columns: list(&["tenant_id"]),
            context_functions: list(&["shikiri_seal.tenant"]),
            context_settings: list(&["backtrace_functions", "shikiri.seal"]),
            // What the operator is there to see: no personal column, no filter text.
            shared_tables: list(&[
                "shikiri_ops.tenant",
                "shikiri_ops.export_ledger",
                "shikiri_ops.incident",
                "shikiri_ops.deployment",
                "shikiri_ops.wall",
            ]),
            ..RuleSettings::default()
        }
    }

    /// As the rules read it. What is empty is absent.
    pub fn to_json(&self) -> String {
        self.value().to_string()
    }

    fn value(&self) -> Value {
        let lists = [
            ("runtime_roles", &self.runtime_roles),
            ("known_logins", &self.known_logins),
            ("tenant_columns", &self.tenant_columns),
            ("context_functions", &self.context_functions),
            ("context_settings", &self.context_settings),
            ("shared_tables", &self.shared_tables),
            ("ignored_schemas", &self.ignored_schemas),
        ];
        let mut res: Map<String, Value> = lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(key, list)| (key.to_owned(), list.clone().into()))
            .collect();
        if !self.tenant_tables.is_empty() {
            let tables = self.tenant_tables.iter();
            let tables: Map<_, _> =
                tables.map(|(it, column)| (it.clone(), column.clone().into())).collect();
            res.insert("tenant_tables".to_owned(), tables.into());
        }
        if let Some(tables) = &self.baseline_tables {
            res.insert("baseline_tables".to_owned(), tables.clone().into());
        }
        res.into()
    }
}

/// The five columns every rule answers.
const COLUMNS: [&str; 5] = ["object", "role_name", "what", "reproduce", "fix"];

/// One statement that runs the prelude once and every rule over it, with the rule's id as first column.
///
/// A rule is `(id, text)`. Each becomes a sub-select, so that what several rules read is computed once. Names of a
/// `with` would cost more: the planner walks the whole statement for each name that is read once.
pub fn rules_statement(prelude: &str, rules: &[(&str, &str)]) -> String {
    let names = COLUMNS.join(", ");
    let columns = COLUMNS.map(|it| format!("x.{it}::text")).join(", ");
    let ask = |(id, rule): &(&str, &str)| {
        format!("select '{id}'::text as rule, {columns} from (\n{rule}) x ({names})")
    };
    let asked: Vec<String> = rules.iter().map(ask).collect();
    let asked = asked.join("\nunion all\n");
    format!("{}\n\n{asked}\norder by 1, 2, 3, 4\n", prelude.trim_end())
}

/// Runs a statement over the prelude in a read-only transaction. Every column must be text.
///
/// # Errors
/// When the login cannot connect, a statement fails, or it takes more than a minute.
pub async fn ask_catalogue(
    url: &str,
    statement: &str,
    settings: &RuleSettings,
) -> Result<Vec<Vec<Option<String>>>, Error> {
    let failed = |err: tokio_postgres::Error| Error::step("the audit's rules", &err);
    let client = connect(url).await?;
    let limit = Duration::from_secs(60).as_millis();
    // The planner knows nothing of how many rows a name of the prelude has, and takes them for one.
    let begin = format!(
        "begin read only; set local statement_timeout = {limit}; set local jit = off; \
         set local enable_nestloop = off"
    );
    client.batch_execute(&begin).await.map_err(failed)?;
    let rows = client.query(statement, &[&Json(settings.value())]).await.map_err(failed)?;
    client.batch_execute("commit").await.map_err(failed)?;
    let cells = |row: &tokio_postgres::Row| (0..row.len()).map(|n| row.try_get(n)).collect();
    rows.iter().map(cells).collect::<Result<_, _>>().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::{RuleSettings, rules_statement};

    #[test]
    fn what_is_empty_is_absent_and_an_empty_baseline_is_not() {
        assert_eq!(RuleSettings::default().to_json(), "{}");
        let it = RuleSettings {
            runtime_roles: vec!["app".to_owned()],
            baseline_tables: Some(Vec::new()),
            ..RuleSettings::default()
        };
        assert_eq!(it.to_json(), r#"{"baseline_tables":[],"runtime_roles":["app"]}"#);
    }

    #[test]
    fn every_rule_becomes_a_branch() {
        let text = rules_statement(
            "with a as (x)\n",
            &[("R01", "-- R.\nselect 1\n"), ("T02", "select 2\n")],
        );
        assert!(text.starts_with("with a as (x)\n\nselect 'R01'::text as rule, x.object::text, "));
        assert_eq!(text.matches("union all").count(), 1);
        let end = "from (\nselect 2\n) x (object, role_name, what, reproduce, fix)\norder by 1, 2, 3, 4\n";
        assert!(text.ends_with(end), "{text}");
    }
}
