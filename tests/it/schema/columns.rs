//! `sql/columns.toml` says what every column is, and the operator reads nothing personal.

use std::collections::BTreeMap;

use shikiri::testkit::World;

use crate::attacks::Wire;

const LIVE: &str = "select c.relnamespace::regnamespace::text || '.' || c.relname, a.attname \
     from pg_attribute a join pg_class c on c.oid = a.attrelid \
     where c.relnamespace in ('shikiri'::regnamespace, 'shikiri_ops'::regnamespace) \
     and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped";

/// `schema.table.column` -> class.
fn classified() -> BTreeMap<String, String> {
    let text = include_str!("../../../sql/columns.toml");
    let file: toml::Table = text.parse().expect("columns.toml is TOML");
    let mut res = BTreeMap::new();
    for (schema, tables) in &file {
        for (table, columns) in tables.as_table().expect("a schema") {
            for (column, class) in columns.as_table().expect("a table") {
                let class = class.as_str().expect("a word").to_owned();
                assert!(["personal", "business", "technical"].contains(&class.as_str()), "{class}");
                res.insert(format!("{schema}.{table}.{column}"), class);
            }
        }
    }
    res
}

#[tokio::test]
async fn every_column_is_classified_and_no_other() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let live = root.simple(LIVE).await;
    let mut live: Vec<String> = live.rows.iter().map(|row| row.join(".")).collect();
    live.sort();
    assert_eq!(live, classified().into_keys().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_operator_and_the_auditor_hold_no_right_on_a_personal_column() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let mut seen = 0;
    for (column, class) in classified() {
        let (table, name) = column.rsplit_once('.').expect("schema.table.column");
        for role in ["shikiri_operator", "shikiri_auditor"] {
            let may = format!(
                "select has_column_privilege('{role}', '{table}', '{name}', 'select, insert, update, references')"
            );
            let may = root.value(&may).await == "t";
            assert!(!(may && class == "personal"), "{role} holds a right on {column}");
            seen += usize::from(may);
        }
    }
    assert!(seen > 10, "the operator reads its own tables, or this proves nothing");
}
