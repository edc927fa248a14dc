//! The rules a DBA can run, one folder each under `sql/audit`: what they ask, how grave it is, why, and how to mend it.

use std::fmt;

use crate::audit::Severity;

macro_rules! texts {
    ($($name:literal),* $(,)?) => { concat!($(include_str!(concat!("../../sql/audit/", $name))),*) };
}

/// Roles, doors, tenant tables, policies, functions and views: what the matrix and the paths of roles read.
pub const PRELUDE_BASE: &str = texts!("prelude.sql");

/// What rules read that judge no clause of a policy ([`Rule::judges_clauses`]).
pub const PRELUDE_CALLS: &str = texts!("prelude.sql", "prelude_calls.sql");

/// What every rule reads, computed from the catalogue. A rule is run as this text followed by its own.
pub const PRELUDE: &str = texts!(
    "prelude.sql",
    "prelude_calls.sql",
    "prelude_clauses.sql",
    "prelude_trials.sql",
    "prelude_views.sql",
);

/// The access matrix, over the prelude: every runtime role, relation and command, and by which door.
pub const MATRIX: &str = include_str!("../../sql/audit/matrix.sql");

/// What every login can become, over the prelude.
pub const ROLE_PATHS: &str = include_str!("../../sql/audit/role_paths.sql");

/// One rule.
pub struct Rule {
    /// Its folder under `sql/audit`, which begins with its id.
    pub folder: &'static str,
    /// One `select` over the prelude: object, role_name, what, reproduce, fix.
    pub sql: &'static str,
    /// Its page: facts, why, how to fix, when to suppress.
    pub page: &'static str,
    /// A script in three parts: quiet, loud, quiet again.
    pub proof: &'static str,
}

/// The facts at the head of a rule's page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    severity: Severity,
    title_en: &'static str,
    title_ja: &'static str,
    why_ja: &'static str,
    fix_ja: &'static str,
    faults: Vec<u8>,
}

macro_rules! rules {
    ($($name:literal),* $(,)?) => {
        /// Every rule, by id. `cargo test --test tidy` holds this list equal to the folders.
        pub const RULES: &[Rule] = &[$(Rule {
            folder: $name,
            sql: include_str!(concat!("../../sql/audit/", $name, "/rule.sql")),
            page: include_str!(concat!("../../sql/audit/", $name, "/rule.md")),
            proof: include_str!(concat!("../../sql/audit/", $name, "/proof.sql")),
        }),*];
    };
}

rules! {
    "D01_role_may_create",
    "D02_default_privileges",
    "D03_publication_without_row_filter",
    "D04_row_bearing_catalog_granted",
    "D05_public_may_connect",
    "D06_no_row_counts_in_log",
    "D07_declared_name_matches_nothing",
    "F01_definer_search_path",
    "F02_definer_bypasses",
    "F03_definer_for_public",
    "F04_leakproof_function",
    "F05_context_outlives_transaction",
    "F06_door_out_of_database",
    "F07_context_for_public",
    "F08_definer_runs_text",
    "F09_definer_leaves_transaction",
    "P01_policy_always_true",
    "P02_branch_without_context",
    "P03_passes_without_tenant",
    "P04_policy_to_public",
    "P05_context_volatility",
    "P06_context_called_per_row",
    "P07_another_setting_decides",
    "P08_pattern_match",
    "P09_column_compared_with_itself",
    "P10_policy_reads_writable_table",
    "P11_policies_widen_each_other",
    "P12_floor_does_not_bind",
    "P13_check_drops_tenant",
    "P14_context_read_unsafely",
    "P15_tenant_column_not_compared",
    "P16_operator_of_yours",
    "P17_all_but_the_excluded",
    "R01_runtime_role_is_superuser",
    "R02_runtime_role_bypasses_row_security",
    "R03_login_role_owns_table",
    "R04_runtime_role_in_table_owner",
    "R05_runtime_role_reaches_bypass",
    "R06_runtime_role_creates_roles",
    "R07_runtime_role_replicates",
    "R08_runtime_role_has_predefined_role",
    "R09_role_default_sets_context",
    "R10_undeclared_login_reaches_data",
    "R11_login_switches_role",
    "R12_table_owner_can_log_in",
    "T01_no_row_security",
    "T02_row_security_not_forced",
    "T03_policies_dormant",
    "T04_command_without_policy",
    "T05_tenant_column_nullable",
    "T06_no_index_leads_with_tenant",
    "T08_foreign_key_without_tenant",
    "T09_unique_key_without_tenant",
    "T10_cascade_across_tenants",
    "T11_table_level_privilege",
    "T13_column_grant_defeated",
    "T14_shared_sequence",
    "T15_large_objects",
    "T16_rewrite_rule",
    "T17_trigger_copies_rows",
    "T18_table_appeared",
    "T19_table_not_judged",
    "T20_trigger_as_its_owner",
    "V01_definer_view",
    "V02_view_without_barrier",
    "V03_rows_outside_row_security",
}

impl Rule {
    /// The rule of this id.
    pub fn find(id: &str) -> Option<&'static Rule> {
        RULES.iter().find(|it| it.id() == id)
    }

    /// `R03`. Never given to another rule.
    pub fn id(&self) -> &'static str {
        self.folder.split_once('_').map_or(self.folder, |(id, _)| id)
    }

    /// How grave what it finds is, unless an attempt shows more or less.
    pub fn severity(&self) -> Severity {
        self.facts().severity
    }

    /// What it finds, in English.
    pub fn title_en(&self) -> &'static str {
        self.facts().title_en
    }

    /// What it finds, in Japanese.
    pub fn title_ja(&self) -> &'static str {
        self.facts().title_ja
    }

    /// Why it is grave, in a Japanese sentence.
    pub fn why_ja(&self) -> &'static str {
        self.facts().why_ja
    }

    /// How to mend it, in a Japanese sentence.
    pub fn fix_ja(&self) -> &'static str {
        self.facts().fix_ja
    }

    /// Whether it needs the whole [`PRELUDE`]: rules of policies, and of views that policies do not bind.
    pub fn judges_clauses(&self) -> bool {
        self.id().starts_with('P') || matches!(self.id(), "T10" | "T19" | "V01" | "V02")
    }

    /// Numbers of the planted faults of `tests/audit/faults` whose cause it names.
    pub fn faults(&self) -> Vec<u8> {
        self.facts().faults
    }

    /// A section of its page: `Why`, `Fix` or `When to suppress`.
    pub fn section(&self, title: &str) -> Option<&'static str> {
        let head = format!("\n## {title}\n");
        let (_, rest) = self.page.split_once(&head)?;
        Some(rest.split_once("\n## ").map_or(rest, |(section, _)| section).trim())
    }

    fn facts(&self) -> Facts {
        Facts::read(self.page).expect("a unit test reads the facts of every rule's page")
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.folder).finish()
    }
}

impl Facts {
    /// Reads `- severity: high` and its like. The error names what is missing or wrong.
    fn read(page: &'static str) -> Result<Facts, String> {
        let fact = |key: &str| {
            let head = format!("- {key}: ");
            let found = page.lines().find_map(|it| it.strip_prefix(&head));
            found.filter(|it| !it.trim().is_empty()).ok_or_else(|| format!("no `- {key}: …`"))
        };
        let severity = fact("severity")?;
        let severity = Severity::parse(severity).ok_or_else(|| format!("severity {severity}?"))?;
        let faults = match fact("faults")? {
            "none" => Vec::new(),
            list => list
                .split(' ')
                .map(|it| it.parse().map_err(|_| format!("fault {it}?")))
                .collect::<Result<_, String>>()?,
        };
        Ok(Facts {
            severity,
            title_en: fact("title_en")?,
            title_ja: fact("title_ja")?,
            why_ja: fact("why_ja")?,
            fix_ja: fact("fix_ja")?,
            faults,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, RULES, Rule};

    #[test]
    fn every_page_has_its_facts_and_sections() {
        for rule in RULES {
            Facts::read(rule.page).unwrap_or_else(|err| panic!("{}: {err}", rule.folder));
            let head = format!("# {} {}\n\n- id: {0}\n", rule.id(), rule.title_en());
            assert!(rule.page.starts_with(&head), "{}: begins with {head:?}", rule.folder);
            for sentence in [rule.why_ja(), rule.fix_ja()] {
                assert!(sentence.ends_with('。'), "{}: {sentence}", rule.folder);
                assert!(!sentence.is_ascii(), "{}: {sentence}", rule.folder);
            }
            for title in ["Why", "Fix", "When to suppress", "Elsewhere"] {
                assert!(rule.section(title).is_some(), "{}: ## {title}", rule.folder);
            }
        }
    }

    #[test]
    fn ids_are_unique_and_in_order() {
        let ids: Vec<&str> = RULES.iter().map(Rule::id).collect();
        assert!(ids.is_sorted() && ids.windows(2).all(|it| it[0] != it[1]), "{ids:?}");
    }

    #[test]
    fn a_page_without_a_fact_is_refused() {
        let page = "# R01 T\n\n- id: R01\n- severity: high\n- title_en: T\n- faults: 01\n";
        assert_eq!(Facts::read(page), Err("no `- title_ja: …`".to_owned()));
        let page =
            "- severity: high\n- title_en: T\n- title_ja: T\n- why_ja: 理由。\n- faults: none\n";
        assert_eq!(Facts::read(page), Err("no `- fix_ja: …`".to_owned()));
        let page = "- severity: grave\n- title_en: T\n- title_ja: T\n- faults: none\n";
        assert_eq!(Facts::read(page), Err("severity grave?".to_owned()));
    }

    #[test]
    fn a_rule_is_one_select_without_with_or_semicolon() {
        for rule in RULES {
            let (first, rest) = rule.sql.split_once('\n').unwrap_or_default();
            assert!(
                first.starts_with("-- ") && first.ends_with('.'),
                "{}: a sentence",
                rule.folder
            );
            assert!(rest.starts_with("select\n"), "{}: begins with select", rule.folder);
            assert!(!rule.sql.trim_end().ends_with(';'), "{}: no semicolon", rule.folder);
        }
    }
}
