//! Marks: values of B that nobody else has, in every column that lets itself be given one.

use crate::attacks::Wire;

/// What is in every text of B that may be any text.
pub const WORD: &str = "KUSABI";

/// What a column of a type may be given; the first that its constraints let in is taken. `n` counts the rows.
const BY_TYPE: &[(&str, &[&str])] = &[
    (
        "text",
        &[
            "'KUSABI三井-' || n",
            "'7741' || lpad(n::text, 12, '0')",
            "rpad(lpad(n::text, 20, '7'), 44, '4')",
            "'912' || lpad((n + 400)::text, 3, '0')",
        ],
    ),
    ("integer", &["1271000 + n", "271000 + n"]),
    ("bigint", &["771271000000 + n"]),
    ("date", &["date '2093-03-04' + n::integer"]),
    (
        "timestamp with time zone",
        &["timestamptz '2093-03-04 05:06:07.712741+00' + n * interval '1 hour'"],
    ),
    ("jsonb", &["jsonb_build_object('all', true, 'KUSABI', n)"]),
    ("text[]", &["array['KUSABI' || n]"]),
    ("bytea", &["sha256(convert_to('KUSABI' || n, 'UTF8'))"]),
];

/// Columns that say whose a row is, or which row belongs to which: they keep what they have.
const KEPT: &[&str] =
    &["tenant_id", "import_id", "export_id", "link_id", "fetch_id", "user_id", "session_hash"];

/// Plants them in an open transaction without triggers; says which columns could be given none.
///
/// Ids and digests need none: they are unlike anybody's from the start.
pub async fn plant(root: &mut Wire, tenant_id: i32) -> Vec<String> {
    let columns = "select c.oid::regclass::text, a.attname, format_type(a.atttypid, null) \
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
         where c.relnamespace::regnamespace::text in ('shikiri', 'shikiri_ops') and c.relkind = 'r' \
         and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id') order by 1, a.attnum";
    let mut unmarked = Vec::new();
    for row in root.simple(columns).await.rows {
        let [table, column, kind] = &row[..] else { panic!("three columns") };
        if KEPT.contains(&column.as_str()) || kind == "uuid" {
            continue;
        }
        let values = BY_TYPE.iter().find(|(it, _)| it == kind).map_or(&[][..], |(_, it)| it);
        let mut planted = false;
        for value in values {
            let update = format!(
                "savepoint plant; update {table} t set {column} = {value} \
                 from (select x.tableoid as part, x.ctid as id, row_number() over () as n from {table} x \
                 where x.tenant_id = {tenant_id}) y where t.tableoid = y.part and t.ctid = y.id and t.{column} is not null"
            );
            if root.simple(&update).await.state.is_none() {
                planted = true;
                break;
            }
            root.must("rollback to savepoint plant").await;
        }
        if !planted {
            unmarked.push(format!("{table}.{column}"));
        }
    }
    unmarked
}
