//! Which attack is run where. A file that is not in the list fails, and so does a line without a file.

use std::{collections::BTreeSet, fs};

use shikiri::{
    dba::catalog::{Seal, SealWish},
    testkit::World,
};

use super::{
    runner::{self, Finding},
    script::Script,
    target::Target,
};

/// Attacks on the pool go through the pool itself, in `tests/it/pool`: recycling is what they are about.
const POOL: &[&str] = &[
    "60_pool_guc_leftover",
    "62_pool_open_transaction_bound",
    "63_pool_cursor_with_hold",
    "65_pool_prepared_poison",
    "66_pool_listen_and_locks",
];

/// Attacks on the seal that are the same for both ways to hold it, and are run on both. Files that name a way are too;
/// the rest of the list runs on the way that `SHIKIRI_TEST_SEAL` asks for.
const BOTH: &[&str] = &[
    "01_forget_bind",
    "02_guc_forge",
    "05_bind_forged_tokens",
    "06_set_role",
    "09_vault_read",
    "50_two_tenants_one_txn",
    "75_bind_literal_guard",
    "77_commit_and_chain",
    "78_two_phase_commit",
    "83_generic_plan_across_tenants",
];

/// One test per file, each in a world of its own.
macro_rules! attacks {
    ($($test:ident = $file:literal),* $(,)?) => {
        /// Every attack that is run on a raw connection of the application's role.
        pub const FILES: &[&str] = &[$($file),*];
        $(
            #[tokio::test]
            async fn $test() {
                holds($file).await;
            }
        )*
    };
}

attacks! {
    attack_00_seed_replay_filters_cleared = "00_seed_replay_filters_cleared",
    attack_01_forget_bind = "01_forget_bind",
    attack_02_guc_forge = "02_guc_forge",
    attack_03_seal_forge = "03_seal_forge",
    attack_04_seal_replay_next_txn = "04_seal_replay_next_txn",
    attack_05_bind_forged_tokens = "05_bind_forged_tokens",
    attack_06_set_role = "06_set_role",
    attack_08_suset_settings = "08_suset_settings",
    attack_09_vault_read = "09_vault_read",
    attack_11_create_anything = "11_create_anything",
    attack_12_leaky_user_function = "12_leaky_user_function",
    attack_14_joins_subqueries = "14_joins_subqueries",
    attack_15_explain_analyze_rows_removed = "15_explain_analyze_rows_removed",
    attack_16_explain_estimates_histogram = "16_explain_estimates_histogram",
    attack_17_explain_tenant_sizes = "17_explain_tenant_sizes",
    attack_18_pg_stats_views = "18_pg_stats_views",
    attack_20_unique_oracle = "20_unique_oracle",
    attack_21_insert_as_b = "21_insert_as_b",
    attack_22_on_conflict_do_nothing = "22_on_conflict_do_nothing",
    attack_23_on_conflict_do_update_where = "23_on_conflict_do_update_where",
    attack_24_merge = "24_merge",
    attack_26_write_into_b = "26_write_into_b",
    attack_27_table_level_commands = "27_table_level_commands",
    attack_29_files_and_lo_import = "29_files_and_lo_import",
    attack_30_large_objects = "30_large_objects",
    attack_32_partition_child_direct = "32_partition_child_direct",
    attack_33_views_matviews_secdef = "33_views_matviews_secdef",
    attack_35_sequences = "35_sequences",
    attack_36_logical_decoding = "36_logical_decoding",
    attack_38_interrupt_definer = "38_interrupt_definer",
    attack_39_alter_own_role = "39_alter_own_role",
    attack_40_terminate_others = "40_terminate_others",
    attack_41_pg_stat_activity_literals = "41_pg_stat_activity_literals",
    attack_42_pg_stat_activity_params = "42_pg_stat_activity_params",
    attack_43_locks_and_advisory = "43_locks_and_advisory",
    attack_44_listen_notify = "44_listen_notify",
    attack_45_catalog_names = "45_catalog_names",
    attack_47_pg_dump = "47_pg_dump",
    attack_48_toast_and_indexes = "48_toast_and_indexes",
    attack_50_two_tenants_one_txn = "50_two_tenants_one_txn",
    attack_51_cursor_over_rebind = "51_cursor_over_rebind",
    attack_70_drop_owned = "70_drop_owned",
    attack_71_casetest_leak = "71_casetest_leak",
    attack_72_cost_gucs = "72_cost_gucs",
    attack_74_same_message_replay = "74_same_message_replay",
    attack_75_bind_literal_guard = "75_bind_literal_guard",
    attack_77_commit_and_chain = "77_commit_and_chain",
    attack_78_two_phase_commit = "78_two_phase_commit",
    attack_80_returning_old_new = "80_returning_old_new",
    attack_81_update_own_rows_into_visible_trick = "81_update_own_rows_into_visible_trick",
    attack_83_generic_plan_across_tenants = "83_generic_plan_across_tenants",
    attack_84_planted_seal = "84_planted_seal",
    attack_86_restore_stats = "86_restore_stats",
    attack_87_do_block_bruteforce = "87_do_block_bruteforce",
    attack_90_unsealed_lazy_policy = "90_unsealed_lazy_policy",
    attack_91_subquery_as_witness = "91_subquery_as_witness",
    attack_92_parameter_forge = "92_parameter_forge",
    attack_93_parameter_transactions = "93_parameter_transactions",
}

async fn holds(file: &str) {
    let script = Script::read(file);
    let world = World::new().await;
    let target = Target::wall(&world).await;
    let findings = runner::run(&script, &target).await;
    assert_eq!(findings, Vec::<Finding>::new(), "{file}: {}", script.vector);
    if script.steps.iter().any(|it| it.seal.is_some()) || BOTH.contains(&file) {
        let other = match target.seal {
            Seal::Parameter => SealWish::Mac,
            Seal::Mac => SealWish::Parameter,
        };
        world.seal_by(other).await;
        let target = Target::wall(&world).await;
        let findings = runner::run(&script, &target).await;
        assert_eq!(findings, Vec::<Finding>::new(), "{file}, sealed by {}", target.seal.as_str());
    }
}

#[test]
fn every_attack_is_run_somewhere() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attacks");
    let found: BTreeSet<String> = fs::read_dir(folder)
        .expect("is there")
        .filter_map(|it| it.expect("readable").file_name().into_string().ok())
        .filter_map(|it| it.strip_suffix(".sql").map(str::to_owned))
        .filter(|it| it != "naive")
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(found, listed);
    assert_eq!(listed.len(), FILES.len(), "a file is listed twice");
    for pooled in POOL {
        assert!(!listed.contains(*pooled), "{pooled} is run in tests/it/pool");
    }
}
