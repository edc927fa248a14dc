//! Rules of every tenant table, asked of the catalogue. Each answer is what breaks the rule.

use shikiri::testkit::World;

use crate::attacks::Wire;

/// A rule, and the query for what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "every index starts with tenant_id",
        "select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid \
             join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and i.indkey[0] <> a.attnum",
    ),
    (
        "every table has a primary key that starts with tenant_id",
        "select c.oid::regclass from pg_class c where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p') \
             and not exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' \
             where i.indrelid = c.oid and i.indisprimary and i.indkey[0] = a.attnum)",
    ),
    (
        "every foreign key pairs tenant_id with tenant_id",
        "select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and k.contype = 'f' and not exists ( \
             select from unnest(k.conkey, k.confkey) as n (own, other) \
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.own and a.attname = 'tenant_id' \
             join pg_attribute b on b.attrelid = k.confrelid and b.attnum = n.other and b.attname = 'tenant_id')",
    ),
    (
        "tenant_id is an integer that is never null",
        "select c.oid::regclass from pg_class c where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p') \
             and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' \
             and a.attnotnull and a.atttypid = 'integer'::regtype)",
    ),
    (
        "no column has planner statistics",
        "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p') and a.attnum > 0 \
             and not a.attisdropped and a.attstattarget is distinct from 0",
    ),
    (
        "ANALYZE leaves nothing behind",
        "select s.starelid::regclass, s.staattnum from pg_statistic s join pg_class c on c.oid = s.starelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g)",
    ),
    (
        "no extended statistics",
        "select s.stxname from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g)",
    ),
    (
        "no expression index and no partial one: their statistics leak too",
        "select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and (i.indexprs is not null or i.indpred is not null)",
    ),
    (
        "no trigger and no rule",
        "select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and not t.tgisinternal \
             union all select r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class \
             where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g)",
    ),
    (
        "no view, sequence, partition or function",
        "select c.relname from pg_class c where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and c.relkind not in ('r', 'i', 't') \
             union all select p.proname from pg_proc p where p.pronamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g)",
    ),
    (
        "row security is enabled and forced",
        "select c.relname from pg_class c where c.relnamespace in (select g::text::regnamespace from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p') \
             and not (c.relrowsecurity and c.relforcerowsecurity)",
    ),
];

/// Rules that the live schema breaks, and where.
pub async fn broken(root: &mut Wire) -> Vec<(&'static str, String)> {
    let mut res = Vec::new();
    for (rule, query) in RULES {
        let found = root.simple(query).await;
        assert!(found.state.is_none(), "{rule}: {}", found.all());
        if !found.rows.is_empty() {
            res.push((*rule, found.rows.concat().join(" ")));
        }
    }
    res
}

#[tokio::test]
async fn every_tenant_table_keeps_the_rules() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("analyze").await;
    let tables = "select count(*) from pg_class c where c.relnamespace = 'shikiri'::regnamespace and c.relkind = 'r'";
    assert_ne!(root.value(tables).await, "0", "there is nothing to keep rules");
    assert_eq!(broken(&mut root).await, Vec::new());
}

#[tokio::test]
async fn each_rule_notices_what_breaks_it() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(
        "create table shikiri.bad (tenant_id bigint, v text unique, w text references shikiri.bad (v)); \
         insert into shikiri.bad values (1, 'a', null), (2, 'b', 'a'); \
         create index on shikiri.bad (tenant_id) where v > 'a'; create statistics shikiri.s on tenant_id, v from shikiri.bad; \
         create view shikiri.v as select 1 as one; create rule r as on delete to shikiri.bad do instead nothing; \
         analyze shikiri.bad",
    )
    .await;
    let broken: Vec<&str> = broken(&mut root).await.into_iter().map(|(rule, _)| rule).collect();
    let silent: Vec<&str> =
        RULES.iter().map(|(rule, _)| *rule).filter(|it| !broken.contains(it)).collect();
    assert_eq!(silent, Vec::<&str>::new(), "rules that cannot fail");
}
