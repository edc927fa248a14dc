//! The one-statement read: `enter` and the query in one round trip, in an order no planner can change.

/// Wraps the text of a statement file so that `enter` runs before its policy.
///
/// `q as materialized` is required: otherwise the planner may inline the file, run its policy before
/// `enter`, or never run `enter` at all and answer an empty set to a bad credential. Tried with 83
/// queries under 42 planner settings on PostgreSQL 15 and 18; `tests/it/wrapper.rs` tries it again.
/// The credential is parameter `$<params + 1>`.
pub(super) fn one_statement(sql: &str, params: usize) -> String {
    let sql = sql.trim_end().trim_end_matches(';');
    format!(
        "with entered as materialized (select shikiri_seal.enter(${credential}) as tenant_id), \
         q as materialized (\n{sql}\n) \
         select (select tenant_id from entered) as entered, q.* from q \
         where (select tenant_id from entered) is not null",
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
