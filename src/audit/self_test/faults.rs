//! The planted faults and the clean designs, inside the program.

/// Tenant A of every file.
pub(super) const A: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
/// Tenant B of every file.
pub(super) const B: &str = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

/// What every other file stands on.
pub(super) const BASE: &str = include_str!("../../../tests/audit/clean/1_base.sql");

/// A file over the base: what makes it another correct design, or the one thing that is wrong with it.
#[derive(Debug)]
pub struct Fault {
    /// The file's name without its end.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
}

impl Fault {
    /// The number it begins with.
    pub fn number(&self) -> u8 {
        self.name.split('_').next().and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    /// What is wrong, in a sentence.
    pub fn sentence(&self) -> &'static str {
        self.sql.lines().next().map_or("", |it| it.trim_start_matches("-- "))
    }
}

macro_rules! files {
    ($(#[$doc:meta])* $list:ident in $dir:literal: $($name:literal),* $(,)?) => {
        $(#[$doc])*
        pub const $list: &[Fault] = &[$(Fault {
            name: $name,
            sql: include_str!(concat!("../../../tests/audit/", $dir, "/", $name, ".sql")),
        }),*];
    };
}

files! {
    /// Correct designs: nothing may be found in them.
    CLEAN in "clean":
    "1_base",
    "2_strict",
    "3_realistic",
    "4_event_trigger_row",
    "5_echo_function",
    "6_membership_and",
    "7_definer_bound",
    "8_quoted_names",
    "9_parent_by_id",
}

files! {
    /// One fault each.
    FAULTS in "faults":
    "01_rls_off",
    "02_policies_dormant",
    "04_app_owns_not_forced",
    "05_app_owns_forced",
    "07_app_superuser",
    "08_using_true",
    "10_check_drops_tenant",
    "11_wrong_column",
    "13_missing_ok",
    "14_null_tenant_passes",
    "16_empty_string_tenant",
    "17_null_tenant_rows",
    "19_definer_view",
    "20_filtered_view_no_barrier",
    "22_secdef_no_search_path",
    "23_secdef_bypass_owner",
    "25_public_schema_create",
    "26_truncate_grant",
    "28_references_grant",
    "29_partition_child",
    "31_fk_without_tenant",
    "32_global_unique",
    "34_restrictive_wrong_role",
    "35_delete_true",
    "37_per_row_function",
    "38_missing_tenant_index",
    "40_shared_sequence",
    "41_default_privileges",
    "43_member_of_owner",
    "44_set_role_bypass",
    "46_dblink_connect_u",
    "47_publication_all",
    "49_column_grant_rls_off",
    "50_column_scope_defeated",
    "52_policy_reads_writable_table",
    "53_settable_admin_guc",
    "55_role_default_tenant",
    "56_immutable_helper",
    "58_rule_owner_rights",
    "59_fk_cascade_cross",
    "61_createrole_app",
    "62_pg_statistic_grant",
    "64_server_files",
    "65_tautology",
    "67_public_policy_guest",
    "68_on_conflict_changes_other",
    "69_sequence_advanced",
    "70_multi_permissive_update",
    "71_publication_wrong_filter",
    "72_definer_trigger_trusts_new",
    "73_not_in_null",
    "74_cast_without_nullif_passes",
    "75_owner_definer_noforce_alter",
    "76_operator_override",
    "77_procedure_definer_purge",
    "78_definer_update_any",
    "79_steal",
    "80_tenants_table_id",
    "81_users_table_no_tenant",
    "82_autonomous",
}

#[cfg(test)]
mod tests {
    use super::{CLEAN, FAULTS};

    #[test]
    fn every_file_of_the_folders_is_in_the_lists() {
        for (dir, list) in [("faults", FAULTS), ("clean", CLEAN)] {
            let dir = format!("{}/tests/audit/{dir}", env!("CARGO_MANIFEST_DIR"));
            let mut found: Vec<String> = std::fs::read_dir(dir)
                .expect("the folder is there")
                .map(|it| it.expect("readable").file_name().to_string_lossy().replace(".sql", ""))
                .collect();
            found.sort();
            let listed: Vec<&str> = list.iter().map(|it| it.name).collect();
            assert_eq!(found, listed);
        }
    }
}
