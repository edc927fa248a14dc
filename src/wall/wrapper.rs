//! The one-statement read: `enter` and the query in one round trip, in an order no planner can change.

use crate::wall::text;

/// Wraps the text of a statement file so that `enter` runs before its policy, and always answers.
///
/// Either way the join has no condition that a planner could use, and `entered` stands on its outer side: the file
/// cannot start before `enter` has answered. And it answers a row when the file has none (`is_row` is NULL then), so
/// that the tenant that was entered is compared with the one that was signed even when there is nothing to see.
/// `tests/it/wall/wrapper.rs` tries both under every planner switch.
///
/// The credential is parameter `$<params + 1>`: a file that names it does not compile.
pub fn one_statement(sql: &str, params: usize) -> String {
    let credential = params + 1;
    if text::look(sql, params) == Ok(true) {
        read(sql, credential)
    } else {
        written(sql, credential)
    }
}

/// For a file that reads: a sub-select, run once for the one row of `entered`.
///
/// `offset 0` on both sides is required: without it the planner may pull either up, and run the file's policy before
/// `enter`. The condition makes the inner side depend on the outer one, so that it is a nested loop in any plan.
/// Postgres reads the whole as a SELECT whatever stands in the file (see `read_lease.rs`).
fn read(sql: &str, credential: usize) -> String {
    format!(
        "select entered.tenant_id as entered, r.* \
         from (select shikiri_seal.enter(${credential}) as tenant_id offset 0) entered \
         left join lateral (select true as is_row, q.* from (select q.* from (\n{}\n) q offset 0) q \
         where entered.tenant_id is not null) r on true",
        bare(sql),
    )
}

/// For a file that writes: only a WITH may.
///
/// `q as materialized` is required: otherwise the planner may inline the file, run its policy before
/// `enter`, or never run `enter` at all and answer an empty set to a bad credential.
fn written(sql: &str, credential: usize) -> String {
    format!(
        "with entered as materialized (select shikiri_seal.enter(${credential}) as tenant_id), \
         q as materialized (\n{}\n) \
         select entered.tenant_id as entered, r.* \
         from entered left join (select true as is_row, q.* from q) r on true",
        bare(sql),
    )
}

fn bare(sql: &str) -> &str {
    sql.trim_end().trim_end_matches(';')
}

#[cfg(test)]
mod tests {
    use super::one_statement;

    #[test]
    fn the_credential_comes_after_the_parameters_of_the_file() {
        let read = one_statement("-- One slip.\nselect $1 as tenant_id, $2;\n", 2);
        assert!(read.starts_with("select entered.tenant_id") && read.contains("enter($3)"));
        assert!(read.contains("from (\n-- One slip.\nselect $1 as tenant_id, $2\n) q offset 0) q"));
        let written = one_statement("delete from a returning b;\n", 0);
        assert!(
            written.starts_with("with entered as materialized") && written.contains("enter($1)")
        );
        assert!(written.contains("q as materialized (\ndelete from a returning b\n)"));
    }
}
