//! Each kind of planted fault and of correct design in other shapes than the self-test's own: the kind is seen, not the case.

use shikiri::{audit::self_test, testkit::server};

use super::Planted;

/// A shape, and ids that must name it; none: nothing may be found or left untried.
type Shape = (&'static str, &'static [&'static str]);

async fn shapes(kind: &str, list: &[Shape]) {
    let admin = server().expect("there is a server").superuser();
    let all = Planted::all("variants");
    for (name, ids) in list {
        let shape = all.iter().find(|it| it.name == *name).unwrap_or_else(|| panic!("no {name}"));
        let seen = self_test::plant(&admin, name, &shape.sql).await.expect("it plants");
        for id in *ids {
            assert!(seen.found.iter().any(|it| it == id), "{kind}: {id} is missing: {seen:#?}");
        }
        if ids.is_empty() {
            assert!(seen.found.iter().all(|it| it.ends_with(" info")), "{kind}: {seen:#?}");
            assert!(seen.untried.is_empty(), "{kind}: {seen:#?}");
        }
    }
}

macro_rules! kinds {
    ($($kind:ident: $($file:literal by [$($id:literal),*];)+)*) => {
        const FILES: &[&str] = &[$($($file),+),*];
        $(
            #[tokio::test]
            async fn $kind() {
                shapes(stringify!($kind), &[$(($file, &[$($id),*])),+]).await;
            }
        )*
    };
}

#[test]
fn every_shape_is_planted_by_a_test() {
    let all: Vec<String> = Planted::all("variants").into_iter().map(|it| it.name).collect();
    assert!(all.iter().all(|it| FILES.contains(&it.as_str())), "{all:?}");
}

kinds! {
    multi_permissive_update_is_any_command:
        "05a_delete_by_date" by ["P03 critical", "X03 critical"];
        "05b_insert_by_amount" by ["P03 critical", "X03 critical"];
        "05c_update_without_check" by ["P01 critical", "X03 critical"];
        "05d_update_without_select" by ["P03 critical", "X03 critical"];
    publication_wrong_filter_is_any_filter_but_a_tenant:
        "08a_filter_by_key" by ["D03 medium"];
        "08b_whole_schema" by ["D03 medium"];
        "08c_all_but_one_tenant" by ["D03 medium"];
        "08d_filter_not_null" by ["D03 medium"];
        "08e_one_tenant_alone" by [];
    definer_trigger_trusts_new_in_any_statement:
        "10a_deletes_by_new" by ["T20 critical", "X03 critical"];
        "10b_empties_a_table" by ["T20 critical", "X03 critical"];
        "10c_updates_all_others" by ["X03 critical"];
        "10d_not_counted" by ["X03 critical"];
    not_in_null_is_any_exclusion:
        "15a_not_exists" by ["P02 critical", "X01 critical"];
        "15b_unlike_all" by ["P17 critical", "X01 critical"];
    cast_without_nullif_passes_a_null_in_any_form:
        "22a_coalesce" by ["P03 critical", "X05 critical"];
        "22b_case" by ["P03 critical", "X05 critical"];
        "22c_not_distinct" by ["P03 critical", "X05 critical"];
        "22d_in_a_function" by ["X05 critical"];
        "22e_pattern" by ["P03 critical", "X05 critical"];
        "22f_blanks" by ["X05 critical"];
    owner_definer_noforce_alter_is_any_text_that_is_run:
        "24a_returns_nothing" by ["F08 critical", "X04 critical"];
        "24b_a_column_name" by ["F08 critical"];
        "24c_in_json" by ["F08 critical"];
        "24d_quoted_and_bound" by [];
    operator_override_with_a_name_of_its_own:
        "29a_named_operator" by ["P16 critical", "X01 critical"];
    procedure_definer_purge_and_definer_update_any:
        "33a_archive_by_date" by ["F02 critical", "X03 critical"];
        "34a_by_no_key" by ["F02 high"];
        "34b_inserts" by ["F02 critical", "X03 critical"];
        "34c_composite_array" by ["F02 high"];
    steal_without_reading_the_tenant:
        "36a_takes" by ["P01 critical", "X03 critical"];
        "36b_gives" by ["P01 critical", "X03 critical"];
    tenants_table_id_and_users_table_no_tenant:
        "37a_quoted_key" by ["T19 high"];
        "37b_policy_of_no_tenant" by ["T19 high"];
        "38a_columns_granted" by ["T19 high"];
        "38b_another_schema" by ["T19 high"];
    event_trigger_row_as_outbox_and_cleanup:
        "c01a_outbox" by [];
        "c01b_own_rows_of_old" by [];
    echo_function_in_any_wrapping:
        "c02a_polymorphic_and_json" by [];
    membership_and_in_any_order:
        "c04a_exists_first" by [];
    definer_bound_by_a_policy_of_its_owner:
        "c07a_sum" by [];
    quoted_names_in_functions_and_columns:
        "c08a_camel_case" by [];
}
