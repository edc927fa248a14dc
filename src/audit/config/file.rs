//! The file as it is written, before its words are understood.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use time::{Date, format_description::well_known::Iso8601};

use super::{Config, Context, Role, Suppression, Tenant, Whose};
use crate::dba::probe::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database_url: String,
    role: BTreeMap<String, RoleEntry>,
    tenant: TenantEntry,
    context: ContextEntry,
    #[serde(default)]
    shared_tables: Vec<String>,
    #[serde(default)]
    known_logins: Vec<String>,
    baseline_tables: Option<Vec<String>>,
    #[serde(default)]
    ignored_schemas: Vec<String>,
    #[serde(default)]
    suppress: Vec<SuppressEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    url: String,
    set_role: Option<String>,
    #[serde(default = "yes")]
    enters: bool,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    changes: Vec<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TenantEntry {
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    tables: BTreeMap<String, WhoseEntry>,
    a: Option<String>,
    b: Option<String>,
    person_a: Option<String>,
    person_b: Option<String>,
}

/// `"app.accounts" = "id"`, or a table of keys.
#[derive(Deserialize)]
#[serde(untagged)]
enum WhoseEntry {
    Column(String),
    Keys(WhoseKeys),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhoseKeys {
    column: String,
    parent: Option<String>,
    #[serde(default)]
    person: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextEntry {
    setting: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    denials: Vec<String>,
    function: Option<String>,
    credential_file: Option<String>,
    credential_file_b: Option<String>,
    #[serde(default)]
    helpers: Vec<String>,
    #[serde(default)]
    seals: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuppressEntry {
    rule: String,
    object: String,
    reason: String,
    owner: String,
    until: String,
}

impl Config {
    /// Reads the text of a file that stands in `dir`.
    ///
    /// # Errors
    /// A sentence that says which key is wrong.
    pub fn parse(
        text: &str,
        dir: Option<&Path>,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Config, String> {
        let file: File = toml::from_str(text).map_err(|err| err.to_string())?;
        if file.tenant.columns.is_empty() && file.tenant.tables.is_empty() {
            return Err("tenant.columns names no column: nothing would be a tenant's".to_owned());
        }
        if file.role.is_empty() {
            return Err("no [role.NAME]: there is nobody to try it as".to_owned());
        }
        let (context, credentials) = context(&file.context, dir)?;
        let [credential_a, credential_b] = credentials;
        let roles = file
            .role
            .iter()
            .map(|(name, it)| {
                let url = substituted(&it.url, lookup)?;
                let reads = it.reads.iter().cloned().collect();
                let changes = it.changes.iter().cloned().collect();
                let set_role = it.set_role.clone();
                Ok(Role { name: name.clone(), url, set_role, enters: it.enters, reads, changes })
            })
            .collect::<Result<Vec<_>, String>>()?;
        if let Some(code) = file.context.denials.iter().find(|it| !Refusal::may_be_private(it)) {
            return Err(format!("context.denials: {code} is no refusal, or no SQLSTATE"));
        }
        let whose = |(table, it): (String, WhoseEntry)| {
            let it = match it {
                WhoseEntry::Column(column) => Whose { column, parent: None, is_person: false },
                WhoseEntry::Keys(it) => {
                    Whose { column: it.column, parent: it.parent, is_person: it.person }
                }
            };
            (table, it)
        };
        Ok(Config {
            tenant_tables: file.tenant.tables.into_iter().map(whose).collect(),
            denials: file.context.denials,
            checks_names: true,
            database_url: substituted(&file.database_url, lookup)?,
            roles,
            tenant_columns: file.tenant.columns,
            context,
            a: Tenant { id: file.tenant.a, person: file.tenant.person_a, credential: credential_a },
            b: Tenant { id: file.tenant.b, person: file.tenant.person_b, credential: credential_b },
            shared_tables: file.shared_tables.into_iter().collect(),
            context_functions: file.context.helpers,
            context_settings: file.context.seals,
            known_logins: file.known_logins,
            baseline_tables: file.baseline_tables,
            wall: None,
            functions_are_deployed: false,
            ignored_schemas: file.ignored_schemas,
            suppressions: file.suppress.into_iter().map(suppression).collect::<Result<_, _>>()?,
        })
    }
}

/// The context, and what A and B enter it with.
fn context(
    it: &ContextEntry,
    dir: Option<&Path>,
) -> Result<(Context, [Option<String>; 2]), String> {
    let read = |name: &Option<String>| -> Result<Option<String>, String> {
        match name {
            None => Ok(None),
            Some(name) => {
                let path = dir.unwrap_or(Path::new(".")).join(name);
                let text = std::fs::read_to_string(&path)
                    .map_err(|err| format!("context: {}: {err}", path.display()))?;
                Ok(Some(text.trim_end().to_owned()))
            }
        }
    };
    if !it.settings.is_empty() && it.setting.is_none() && it.function.is_none() {
        if let Some(name) = it.settings.keys().find(|it| !is_setting(it)) {
            return Err(format!("context.settings: {name:?} is no name of a setting"));
        }
        let list = it.settings.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
        return Ok((Context::Claims(list), [None, None]));
    }
    match (&it.setting, &it.function) {
        _ if !it.settings.is_empty() => {
            Err("context: `settings` stands alone, without `setting` and `function`".to_owned())
        }
        (Some(name), None) if it.credential_file.is_none() && it.credential_file_b.is_none() => {
            if !is_setting(name) {
                return Err(format!("context.setting: {name:?} is no name of a setting"));
            }
            Ok((Context::Setting(name.clone()), [None, None]))
        }
        (None, Some(name)) if it.credential_file.is_some() => {
            if !is_setting(name) {
                return Err(format!("context.function: write schema.function, not {name:?}"));
            }
            let function = Context::Function { name: name.clone() };
            Ok((function, [read(&it.credential_file)?, read(&it.credential_file_b)?]))
        }
        _ => Err("context needs `setting`, or `settings`, or `function` and `credential_file`"
            .to_owned()),
    }
}

/// Two plain words and a dot between them.
fn is_setting(name: &str) -> bool {
    let plain =
        |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    name.split_once('.').is_some_and(|(a, b)| plain(a) && b.split('.').all(plain))
}

fn suppression(it: SuppressEntry) -> Result<Suppression, String> {
    let until = Date::parse(&it.until, &Iso8601::DATE)
        .map_err(|_| format!("suppress.until: {:?} is no day as 2027-03-31", it.until))?;
    for (key, text) in [("reason", &it.reason), ("owner", &it.owner)] {
        if text.trim().is_empty() {
            return Err(format!("suppress.{key} of {} {} is empty", it.rule, it.object));
        }
    }
    let SuppressEntry { rule, object, reason, owner, .. } = it;
    Ok(Suppression { rule, object, reason, owner, until })
}

/// `${NAME}` becomes the value of a variable.
fn substituted(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) =
            after.split_once('}').ok_or_else(|| "a URL has ${ without }".to_owned())?;
        out.push_str(before);
        out.push_str(&lookup(name).ok_or_else(|| format!("the variable {name} is not set"))?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::Config;

    const GOOD: &str = r#"
        database_url = "postgres://dba@/db"
        ignored_schemas = ["batch"]
        [role.app_user]
        url = "postgres://app_user:${APP_PASSWORD}@/db"
        [tenant]
        columns = ["tenant_id"]
        [context]
        setting = "app.tenant_id"
        [[suppress]]
        rule = "T06"
        object = "app.log"
        reason = "read by nobody"
        owner = "dba@example.test"
        until = "2027-03-31"
    "#;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, None, &|name| (name == "APP_PASSWORD").then(|| "pw".to_owned()))
    }

    #[test]
    fn a_password_comes_from_the_environment() {
        let config = parse(GOOD).expect("it is good");
        assert_eq!(config.roles[0].url, "postgres://app_user:pw@/db");
        let text = GOOD.replace("APP_PASSWORD", "OTHER");
        assert_eq!(parse(&text).err().as_deref(), Some("the variable OTHER is not set"));
    }

    #[test]
    fn an_unknown_key_is_an_error_at_every_level() {
        for (good, bad) in [
            ("ignored_schemas", "ignore_schemas"),
            ("url =", "uri ="),
            ("columns", "column"),
            ("reason", "why"),
        ] {
            let why = parse(&GOOD.replace(good, bad)).err().expect("unknown");
            assert!(why.contains("unknown field"), "{why}");
        }
    }

    #[test]
    fn a_suppression_says_why_who_and_until_when() {
        assert!(parse(&GOOD.replace("read by nobody", " ")).is_err());
        assert!(parse(&GOOD.replace("2027-03-31", "soon")).is_err());
        assert!(parse(&GOOD.replace("owner = \"dba@example.test\"", "")).is_err());
    }

    #[test]
    fn the_context_is_one_thing() {
        let both = GOOD.replace("setting = ", "function = \"app.enter\"\nsetting = ");
        assert!(parse(&both).is_err());
        assert!(parse(&GOOD.replace("app.tenant_id", "x'; drop")).is_err());
    }
}
