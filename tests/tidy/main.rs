//! The house rules, checked: `cargo test --test tidy`. No database, no network.
//!
//! Every rule is a function over a [`tree::Tree`], so it runs on this repository and on small planted ones. To add a
//! rule: write a `pub fn` returning a [`rule::Rule`] in the module it belongs to, with one clean tree and at least one
//! planted fault, and name it in the list below. Each rule then has two tests of its own: `holds` (this repository
//! keeps it) and `sees_what_is_planted` (it can fail, at the right line, and lets the clean tree pass).

mod core;
mod facts;
mod guide;
mod headlines;
mod homes;
mod idle;
mod lists;
mod migrations;
mod mirrors;
mod packages;
mod patches;
mod places;
mod rooms;
mod rule;
mod sizes;
mod spdx;
mod sql;
mod sql_errors;
mod sql_secrets;
mod sql_style;
mod sql_text;
mod statements;
mod tree;
mod uses;

/// The closed list of rules: each becomes two tests.
macro_rules! rules {
    ($($module:ident::$name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn holds() {
                crate::rule::holds(&crate::$module::$name());
            }

            #[test]
            fn sees_what_is_planted() {
                crate::rule::sees_what_is_planted(&crate::$module::$name());
            }
        }
    )*};
}

rules! {
    rooms::rooms_use_only_what_they_may,
    homes::each_package_has_one_home,
    homes::the_domain_is_pure,
    idle::every_permission_of_a_room_is_used,
    idle::every_package_has_a_home,
    core::the_trusted_core_is_small,
    core::rows_without_a_witness_are_listed,
    headlines::the_first_line_says_what_the_file_is,
    sizes::files_and_functions_stay_small,
    sizes::the_median_file_is_short,
    statements::every_query_file_is_sent_and_no_other,
    statements::a_resource_has_one_stem_in_every_layer,
    sql_text::sql_lives_in_sql,
    sql_style::queries_leave_the_tenant_to_the_policy,
    sql_errors::no_function_catches_what_it_does_not_name,
    sql_secrets::no_secret_becomes_a_variable,
    sql_style::sql_is_lower_case_with_four_spaces,
    migrations::migrations_are_named_and_numbered,
    migrations::policies_live_in_policies,
    migrations::every_table_has_its_policies_file,
    mirrors::audit_rules_are_the_folders,
    guide::the_guide_lists_every_audit_rule,
    mirrors::reports_are_the_folders,
    places::src_does_not_give_up,
    places::the_environment_is_read_once,
    places::no_file_knows_a_machine,
    packages::licences_are_on_the_list,
    packages::banned_packages_are_not_in_the_tree,
    patches::every_patch_fits_what_it_changes,
}
