//! Faults and correct designs that were once judged wrongly: each is planted, and must be seen by the id that names it.

use shikiri::{
    audit::self_test::{self, Seen},
    testkit::server,
};

async fn planted(name: &str) -> Seen {
    let admin = server().expect("there is a server").superuser();
    let mut seen = self_test::self_test(&admin, Some(name), &|_| {}).await.expect("it plants");
    assert_eq!(seen.len(), 1, "{name}");
    seen.remove(0)
}

macro_rules! seen {
    ($($name:ident: $file:literal by $($id:literal)+;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let it = planted($file).await;
            for id in [$($id),+] {
                assert!(it.found.iter().any(|it| it == id), "{id} is missing: {it:#?}");
            }
            assert!(it.passed(), "{it:#?}");
        }
    )*};
}

seen! {
    multi_permissive_update: "70_" by "P03 critical" "P11 critical" "X03 critical";
    publication_wrong_filter: "71_" by "D03 medium";
    definer_trigger_trusts_new: "72_" by "T20 critical" "X03 critical";
    not_in_null: "73_" by "P17 critical" "X01 critical" "X05 critical";
    cast_without_nullif_passes: "74_" by "P03 critical" "X05 critical";
    owner_definer_noforce_alter: "75_" by "F08 critical" "X04 critical";
    operator_override: "76_" by "P16 critical" "X01 critical";
    procedure_definer_purge: "77_" by "F02 critical" "X03 critical";
    definer_update_any: "78_" by "F02 critical" "X03 critical";
    steal: "79_" by "P01 critical" "X03 critical";
    tenants_table_id: "80_" by "T19 high";
    users_table_no_tenant: "81_" by "T19 high";
    autonomous: "82_" by "F09 critical" "X03 critical";
}

macro_rules! quiet {
    ($($name:ident: $file:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let it = planted($file).await;
            assert!(it.found.is_empty() && it.untried.is_empty(), "{it:#?}");
        }
    )*};
}

quiet! {
    event_trigger_row: "4_";
    echo_function: "5_";
    membership_and: "6_";
    definer_bound: "7_definer";
    quoted_names: "8_quoted";
    parent_by_id: "9_parent";
}
