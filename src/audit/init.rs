//! `shikiri audit init`: a first configuration, guessed from the catalogue, to be read before it is believed.

use std::fmt::Write as _;

use crate::dba::probe::{Error, Probe};

const GUESS: &str = include_str!("../../sql/audit/attempts/guess.sql");

/// A first `shikiri-audit.toml`. `url_words` is how the administrator's URL is written in it.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn init(url: &str, url_words: &str) -> Result<String, Error> {
    let probe = Probe::connect(url, [0; 32]).await?;
    let rows = probe.catalogue(GUESS, "{}").await?;
    let of = |kind: &str| -> Vec<String> {
        rows.iter()
            .filter(|it| it.first().and_then(Option::as_deref) == Some(kind))
            .filter_map(|it| it.get(1).cloned().flatten())
            .collect()
    };
    let quoted = |list: &[String]| {
        let list: Vec<String> = list.iter().map(|it| format!("{it:?}")).collect();
        list.join(", ")
    };
    let (columns, settings, roles) = (of("column"), of("setting"), of("role"));
    let mut out = String::from(
        "# What `shikiri audit` works with: who logs in, what marks a tenant, how one is entered.\n\
         # Guessed from the catalogue: read every line. An unknown key is an error; ${NAME} comes from the environment.\n\n",
    );
    let _ = writeln!(
        out,
        "# A DBA or auditor: reads the catalogue; as a superuser it also counts what a zero is worth."
    );
    let _ = writeln!(out, "database_url = {url_words:?}");
    let _ = writeln!(out, "# Tables that every tenant may read, on purpose (schema.table).");
    let _ = writeln!(out, "shared_tables = [{}]", quoted(&of("shared")));
    let _ = writeln!(out, "# Other logins that may exist: migrations, backup.");
    let _ = writeln!(out, "known_logins = [{}]\nignored_schemas = []", quoted(&of("login")));
    let _ = writeln!(
        out,
        "\n[tenant]\n# The column that says whose a row is. By how many tables have it."
    );
    let _ = writeln!(out, "columns = [{}]", quoted(&columns[..columns.len().min(1)]));
    let _ = writeln!(
        out,
        "# Two tenants with rows: A tries, B is looked for. Without them the ends of a table are taken."
    );
    let _ = writeln!(out, "# a = \"…\"\n# b = \"…\"");
    let _ = writeln!(
        out,
        "\n[context]\n# How the service enters a tenant; or: function = \"app.enter\", credential_file = \"a.secret\", credential_file_b = \"b.secret\""
    );
    let setting = settings.first().map_or("app.tenant_id", String::as_str);
    let _ = writeln!(out, "setting = {setting:?}");
    if 1 < settings.len() {
        let _ = writeln!(out, "# also read by policies or functions: {}", settings[1..].join(", "));
    }
    for role in &roles {
        let _ = writeln!(out, "\n[role.{role:?}]");
        let variable: String = role
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
            .collect();
        let _ = writeln!(out, "url = \"${{URL_{variable}}}\"");
    }
    if roles.is_empty() {
        let _ = writeln!(
            out,
            "\n# No login reaches a table with this column.\n# [role.app]\n# url = \"${{URL_APP}}\""
        );
    }
    Ok(out)
}
