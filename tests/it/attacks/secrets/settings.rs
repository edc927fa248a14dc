//! Every parameter there is, and the values of it that tell something.

use super::tap::Tap;

/// A parameter.
#[derive(Debug, Clone)]
pub struct Setting {
    pub name: String,
    /// Who may set it, and when: the column `context` of `pg_settings`.
    pub context: String,
    /// What is tried.
    pub values: Vec<String>,
}

/// What `pg_settings` does not show although everybody may set it.
const HIDDEN: &[(&str, &[&str])] =
    &[("role", &["none"]), ("session_authorization", &["default"]), ("seed", &["0", "1", "-1"])];

/// Values of parameters that are texts; what is not here gets `OTHERS`.
const TEXTS: &[(&str, &[&str])] = &[
    ("client_encoding", &["SQL_ASCII", "LATIN1", "SJIS", "EUC_JP", "UTF8"]),
    ("datestyle", &["German, DMY", "SQL, MDY", "Postgres, YMD", "ISO"]),
    ("timezone", &["UTC", "Asia/Tokyo", "-13"]),
    ("timezone_abbreviations", &["Default", "Australia", "India"]),
    ("search_path", &["shikiri, shikiri_seal, shikiri_vault, public", "pg_temp", "''"]),
    ("default_table_access_method", &["heap"]),
    ("default_text_search_config", &["pg_catalog.simple", "pg_catalog.english"]),
    ("plpgsql.extra_warnings", &["all", "none", "shadowed_variables", "strict_multi_assignment"]),
    ("plpgsql.extra_errors", &["all", "none", "too_many_rows"]),
    ("restrict_nonsystem_relation_kind", &["view", "foreign-table", "view, foreign-table"]),
    ("createrole_self_grant", &["set", "inherit"]),
];
const OTHERS: &[&str] = &["", "x", "C", "all", "%p %u %m"];

/// Values that are left out, and why.
pub const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("post_auth_delay", "2147", "the connection would wait for 35 minutes"),
    ("jit_above_cost", "0", "every statement would be compiled: minutes"),
    ("jit_above_cost", "1", "every statement would be compiled: minutes"),
];

/// Parts of names of parameters that stop calls instead of printing something of them: they are set alone only.
const STOPS: &[&str] = &[
    "exit_on_error",
    "read_only",
    "deferrable",
    "isolation",
    "timeout",
    "jit",
    "client_encoding",
    "client_min_messages",
    "extra_errors",
    "row_security",
    "search_path",
    "plan_cache_mode",
    // With the others they would search for plans, read catalogues by the worst of them, or wait for workers: minutes.
    "enable_",
    "cost",
    "geqo",
    "parallel",
    "collapse_limit",
    "session_authorization",
    // Together they ask for a thousand times more memory than a machine has.
    "_mem",
];

/// All of them, as a login reads them once PL/pgSQL is loaded.
pub fn all(tap: &mut Tap) -> Vec<Setting> {
    // The library is loaded by the first function that needs it; a login may not load it.
    tap.must("select shikiri_seal.preflight()");
    let text = "select name, context, vartype, coalesce(min_val, ''), coalesce(max_val, ''), \
         coalesce(array_to_string(enumvals, ','), '') from pg_settings where name not like 'shikiri%' order by name";
    let cells = tap.must(text);
    let mut settings: Vec<Setting> = cells
        .chunks(6)
        .map(|it| {
            let name = it[0].to_lowercase();
            let mut values = match it[2].as_str() {
                "bool" => vec!["on".to_owned(), "off".to_owned()],
                "enum" => it[5].split(',').map(str::to_owned).collect(),
                "string" => texts(&name),
                _ => numbers(&it[3], &it[4]),
            };
            values.retain(|value| !LEFT_OUT.iter().any(|out| out.0 == name && out.1 == value));
            Setting { name, context: it[1].clone(), values }
        })
        .collect();
    for (name, values) in HIDDEN {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        let (name, context) = ((*name).to_owned(), "user".to_owned());
        settings.push(Setting { name, context, values });
    }
    settings
}

fn texts(name: &str) -> Vec<String> {
    let known = TEXTS.iter().find(|it| it.0 == name).map_or(OTHERS, |it| it.1);
    known.iter().map(|it| (*it).to_owned()).collect()
}

/// The ends of what is allowed, and what lies about zero.
fn numbers(min: &str, max: &str) -> Vec<String> {
    let number = |it: &str| it.parse::<f64>().expect("a number");
    let mut values = vec![min.to_owned(), max.to_owned()];
    for near in ["0", "1", "-1"] {
        let inside = (number(min)..=number(max)).contains(&number(near));
        if inside && !values.iter().any(|it| it == near) {
            values.push(near.to_owned());
        }
    }
    values
}

impl Setting {
    /// As one statement that ends with the transaction.
    pub fn assignment(&self, value: &str) -> String {
        let name: Vec<_> = self.name.split('.').map(|it| format!("\"{it}\"")).collect();
        let quoted = match self.name.as_str() {
            // A list of names, not one name.
            "search_path" | "session_authorization" | "role" => value.to_owned(),
            _ => format!("'{}'", value.replace('\'', "''")),
        };
        let name = name.join(".");
        match self.name.as_str() {
            "session_authorization" => format!("set local session authorization {value};"),
            "role" => format!("set local role {value};"),
            _ => format!("set local {name} = {quoted};"),
        }
    }

    /// It leaves calls as they are, so that many of its kind can be set at once.
    pub fn goes_with_others(&self) -> bool {
        self.context == "user" && !STOPS.iter().any(|it| self.name.contains(it))
    }
}

/// Takes values out that the server does not take, or only at another time, and answers how many.
pub fn drop_refused(tap: &mut Tap, settings: &mut [Setting]) -> usize {
    let mut refused = 0;
    for setting in settings.iter_mut().filter(|it| it.context == "user") {
        let mut taken = std::mem::take(&mut setting.values);
        let before = taken.len();
        taken.retain(|it| {
            let state = tap.simple(&format!("rollback; begin; {}", setting.assignment(it))).state;
            state.is_none()
        });
        refused += before - taken.len();
        setting.values = taken;
    }
    tap.simple("rollback");
    refused
}
