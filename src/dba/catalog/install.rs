//! The audit's rules as views in the schema `shikiri_audit`: the file for any database, and the part of it that ours gets.

/// The file that a DBA runs in any database.
pub const INSTALL: &str = include_str!("../../../sql/audit/install.sql");

const TEMPLATE: &str = include_str!("../../../sql/audit/install_template.sql");
const SETTINGS: &str = include_str!("../../../sql/views/settings.sql");
const GRANTS: &str = include_str!("../../../sql/views/grants.sql");

/// Where the part begins that also fits a database that has the schema already, and settings of its own.
const MARK: &str = "-- From here on it is the same inside shikiri's own database.\n";

/// The texts the file is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallParts {
    /// The statement that runs every rule.
    pub findings: String,
    /// The statement of the access matrix.
    pub matrix: String,
    /// The statement of what each login can become.
    pub role_paths: String,
    /// Id, severity and titles of every rule.
    pub titles: Vec<[&'static str; 4]>,
}

/// Makes the file. The one in `sql/audit` is compared with this by a test.
pub fn install_text(parts: &InstallParts) -> String {
    // Plain ASCII, so that psql reads the file whatever its client encoding is.
    let quoted = |it: &str| {
        let text = it.replace('\'', "''");
        if text.is_ascii() {
            return format!("'{text}'");
        }
        let escaped: String =
            text.replace('\\', "\\\\")
                .chars()
                .map(|it| {
                    if it.is_ascii() { it.to_string() } else { format!("\\+{:06X}", u32::from(it)) }
                })
                .collect();
        format!("U&'{escaped}'")
    };
    let line = |it: &[&str; 4]| format!("        ({})", it.map(quoted).join(", "));
    let titles: Vec<String> = parts.titles.iter().map(line).collect();
    let (_, body) = TEMPLATE.split_once('\n').unwrap_or_default();
    body.replace(":findings", parts.findings.trim_end())
        .replace(":matrix", parts.matrix.trim_end())
        .replace(":role_paths", parts.role_paths.trim_end())
        .replace(":titles", &titles.join(",\n"))
}

/// What our own database gets, by the keeper, inside the transaction that applies functions and policies.
pub(super) fn own_views() -> [(&'static str, &'static str); 3] {
    let (_, rest) = INSTALL.split_once(MARK).unwrap_or_default();
    let views = rest.strip_suffix("commit;\n").unwrap_or_default();
    [
        ("sql/views/settings.sql", SETTINGS),
        ("sql/audit/install.sql", views),
        ("sql/views/grants.sql", GRANTS),
    ]
}

#[cfg(test)]
mod tests {
    use super::own_views;

    #[test]
    fn our_own_part_is_the_views_without_schema_table_and_transaction() {
        let [_, (_, views), _] = own_views();
        assert!(views.contains("create view shikiri_audit.findings as"));
        // At the start of a line: a rule may speak of such a statement.
        for it in ["\ncreate schema", "\ncreate table", "\nbegin;", "\ncommit;"] {
            assert!(!views.contains(it), "{it}");
        }
    }
}
