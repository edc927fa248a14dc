//! The one-statement read: `enter` and the query in one round trip, in an order no planner can change.

/// Wraps the text of a statement file so that `enter` runs before its policy, and always answers.
///
/// `q as materialized` is required: otherwise the planner may inline the file, run its policy before
/// `enter`, or never run `enter` at all and answer an empty set to a bad credential. The left join has
/// no condition, so it is a nested loop with `entered` outside whatever the planner likes: `q` cannot
/// start before it. And it answers a row when `q` has none (`is_row` is NULL then), so that the tenant
/// that was entered is compared with the one that was signed even when there is nothing to see.
/// `tests/it/wall/wrapper.rs` tries it under every planner switch.
/// The credential is parameter `$<params + 1>`.
pub fn one_statement(sql: &str, params: usize) -> String {
    let sql = sql.trim_end().trim_end_matches(';');
    format!(
        "with entered as materialized (select shikiri_seal.enter(${credential}) as tenant_id), \
         q as materialized (\n{sql}\n) \
         select entered.tenant_id as entered, r.* \
         from entered left join (select true as is_row, q.* from q) r on true",
        credential = params + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::one_statement;

    #[test]
    fn the_credential_comes_after_the_parameters_of_the_file() {
        let text = one_statement("-- One slip.\nselect 1 as tenant_id;\n", 2);
        assert!(text.contains("shikiri_seal.enter($3)"));
        assert!(text.contains("q as materialized (\n-- One slip.\nselect 1 as tenant_id\n)"));
    }
}
