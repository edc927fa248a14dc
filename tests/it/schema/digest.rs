//! The wall's digest: every kind of DDL on or beside the wall changes it or is listed with its reason, and undoing it
//! brings it back.

use std::{collections::BTreeSet, time::Instant};

use shikiri::{
    audit::{self, RuleSettings},
    dba::catalog::{self, Login, ServerLock},
    testkit::World,
};

use super::changes::{BESIDE, CODE, Change, GROUND, LEFT_OUT, RELATIONS};
use crate::attacks::Wire;

const DIGEST: &str = "select shikiri_seal.wall_digest()";

/// What `pg_get_object_address` knows. Everything of it can be made by DDL, and each is tried.
const KINDS: &[&str] = &[
    "table",
    "index",
    "sequence",
    "toast table",
    "view",
    "materialized view",
    "composite type",
    "foreign table",
    "table column",
    "index column",
    "sequence column",
    "view column",
    "materialized view column",
    "composite type column",
    "foreign table column",
    "aggregate",
    "function",
    "procedure",
    "type",
    "cast",
    "collation",
    "table constraint",
    "domain constraint",
    "conversion",
    "default value",
    "language",
    "large object",
    "operator",
    "operator class",
    "operator family",
    "access method",
    "operator of access method",
    "function of access method",
    "rule",
    "trigger",
    "schema",
    "text search parser",
    "text search dictionary",
    "text search template",
    "text search configuration",
    "role",
    "database",
    "tablespace",
    "foreign-data wrapper",
    "server",
    "user mapping",
    "default acl",
    "extension",
    "event trigger",
    "parameter ACL",
    "policy",
    "publication",
    "publication namespace",
    "publication relation",
    "subscription",
    "transform",
    "statistics object",
];

/// Makes a change and undoes it; says what was wrong with the digests. The application itself asks for them.
async fn tried(root: &mut Wire, app: &mut Wire, change: &Change, is_seen: bool) -> Vec<String> {
    let (kind, make, undo) = change;
    let before = app.value(DIGEST).await;
    root.must(make).await;
    let made = app.value(DIGEST).await;
    root.must(undo).await;
    let after = app.value(DIGEST).await;
    let mut wrong = Vec::new();
    if (before != made) != is_seen {
        wrong.push(format!("{kind}: {}seen: {make}", if is_seen { "not " } else { "" }));
    }
    if before != after {
        wrong.push(format!("{kind}: not restored by: {undo}"));
    }
    wrong
}

#[tokio::test]
async fn every_kind_of_ddl_changes_the_digest_or_is_listed_and_undoing_it_restores_it() {
    // Roles, tablespaces and parameters are of the whole server: one of its own.
    let world = World::alone().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    for statement in GROUND.split(";\n").filter(|it| !it.trim().is_empty()) {
        root.must(statement).await;
    }
    let mut wrong = Vec::new();
    let seen: Vec<&Change> = RELATIONS.iter().chain(CODE).chain(BESIDE).collect();
    for change in &seen {
        wrong.extend(tried(&mut root, &mut app, change, true).await);
    }
    for change in LEFT_OUT {
        wrong.extend(tried(&mut root, &mut app, change, false).await);
        let listed = format!(
            "select '{0}' = '-' or exists (select from shikiri_vault.wall_left_out() l where l.catalogue = '{0}')",
            change.0
        );
        assert_eq!(root.value(&listed).await, "t", "{}: left out without a reason", change.0);
    }
    assert_eq!(wrong, Vec::<String>::new());
    let kinds: BTreeSet<&str> = seen.iter().map(|it| it.0).collect();
    for kind in KINDS {
        assert!(kinds.contains(kind), "no change of a {kind} is tried");
        let known =
            root.simple(&format!("select pg_get_object_address('{kind}', '{{}}', '{{}}')")).await;
        assert!(!known.message.contains("unrecognized object type"), "{kind}");
    }
    println!(
        "{} changes of {} kinds are seen, {} are listed with their reason; all are restored",
        seen.len(),
        kinds.len(),
        LEFT_OUT.len()
    );
}

/// The same files in another database: other numbers, the same names.
#[tokio::test]
async fn the_same_wall_in_another_database_has_the_same_digest_whoever_asks() {
    let world = World::alone().await;
    let server = world.server();
    let admin = server.superuser();
    let lock = ServerLock::take(&admin).await.expect("nobody else is here");
    catalog::create_database(&admin, "another", None).await.expect("makes it");
    catalog::bootstrap(&server.conninfo_of_superuser("another"), &[]).await.expect("bootstraps");
    drop(lock);
    let migrator = server.conninfo(Login::Migrator.role(), "another");
    let made = catalog::migrate(&migrator).await.expect("migrates").wall_digest.expect("a wall");
    for login in [Login::App, Login::Operator, Login::Auditor] {
        let mut here = Wire::connect(&world.url(login)).await;
        assert_eq!(here.value(DIGEST).await, made, "{login:?}");
    }
    let mut one = Wire::connect(&world.superuser_url()).await;
    let mut other = Wire::connect(&server.conninfo_of_superuser("another")).await;
    let oid = "select 'shikiri_vault.wall_scope'::regproc::oid";
    assert_ne!(one.value(oid).await, other.value(oid).await, "the numbers are not the same");
}

/// A column of a newer Postgres that nobody thought of is found here.
#[tokio::test]
async fn every_column_of_every_catalogue_is_in_a_line_or_left_out_with_a_reason() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let body = "body as (select string_agg(p.prosrc, ' ') as t from pg_proc p \
         where p.pronamespace = 'shikiri_vault'::regnamespace and p.proname in ('wall_scope', 'wall_tables', 'wall_code', \
         'wall_beside', 'wall_roles', 'wall_grants')), \
         taken as (select unnest(string_to_array(m[1], ',')) as name from body, \
         regexp_matches(t, '''\\{([a-z_,]+)\\}''::text\\[\\]', 'g') m), \
         col as (select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 \
         where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and not a.attisdropped)";
    // Whole rows of these are lines, without what is taken out of them.
    let whole =
        "('pg_aggregate', 'pg_collation', 'pg_database', 'pg_publication', 'pg_auth_members')";
    let unaccounted = format!(
        "with {body} select c.relname || '.' || c.attname from col c, body \
         where t !~ ('\\.' || c.attname || '\\M') \
         and (c.relname not in {whole} or c.attname in (select name from taken)) \
         and not exists (select from shikiri_vault.wall_left_out() l where l.catalogue = c.relname \
         and (l.columns is null or c.attname = any (l.columns))) order by 1"
    );
    let found = root.simple(&unaccounted).await;
    assert!(found.state.is_none(), "{}", found.all());
    assert_eq!(found.rows.concat(), Vec::<String>::new());
    let all = format!("with {body} select count(*) from col");
    let listed = "select count(*) from shikiri_vault.wall_left_out() l where l.why = ''";
    assert!(root.value(&all).await.parse::<u32>().expect("a number") > 500);
    assert_eq!(root.value(listed).await, "0");
}

#[tokio::test]
async fn rewrite_rule_copies_rows_audit_and_digest_green() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let mut auditor = Wire::connect(&world.url(Login::Auditor)).await;
    root.must(
        "create table public.copy (t integer, n text); grant insert on public.copy to shikiri_owner; \
         create table public.queue (t integer, n text); create view public.slips as select * from shikiri.slip; \
         grant usage on schema public to shikiri_app, shikiri_owner; grant select on public.copy to shikiri_app; \
         create function public.fill() returns trigger language plpgsql as \
         'begin insert into public.queue values (new.tenant_id, new.customer_name); return new; end'; \
         create trigger fill after insert on shikiri.slip for each row execute function public.fill()",
    )
    .await;
    let settings = RuleSettings::own();
    let audit = async || {
        let url = world.url(Login::Auditor);
        let found = audit::run(&url, &settings).await.expect("the auditor may ask");
        found.into_iter().filter(|it| it.rule == "T16").map(|it| it.object).collect::<Vec<_>>()
    };
    let views = "select coalesce(string_agg(distinct f.object, ','), '') from shikiri_audit.findings f where f.rule = 'T16'";
    assert_eq!(audit().await, Vec::<String>::new());
    for (on, event, how, what) in [
        ("shikiri.slip", "insert", "also", "new.tenant_id, new.customer_name"),
        ("shikiri.slip", "update", "also", "new.tenant_id, new.customer_name"),
        ("shikiri.slip", "delete", "also", "old.tenant_id, old.customer_name"),
        ("shikiri.slip", "insert", "instead", "new.tenant_id, new.customer_name"),
        ("public.slips", "insert", "instead", "new.tenant_id, new.customer_name"),
        ("public.queue", "insert", "also", "new.t, new.n"),
        ("shikiri_ops.tenant", "update", "also", "new.tenant_id, new.tenant_code"),
    ] {
        let before = auditor.value(DIGEST).await;
        root.must(&format!(
            "create rule r as on {event} to {on} do {how} insert into public.copy values ({what})"
        ))
        .await;
        let case = format!("{event} {on} {how}");
        assert_ne!(auditor.value(DIGEST).await, before, "{case}");
        assert_eq!(audit().await, [format!("{on} r")], "{case}");
        assert_eq!(auditor.value(views).await, format!("{on} r"), "{case}");
        root.must(&format!("drop rule r on {on}")).await;
        assert_eq!(auditor.value(DIGEST).await, before, "{case}");
        assert_eq!(audit().await, Vec::<String>::new(), "{case}");
    }
}

/// `/readyz` asks for it each second at most, each export three times.
#[tokio::test]
async fn the_digest_stays_cheap() {
    let world = World::new().await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let mut took = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        app.value(DIGEST).await;
        took.push(began.elapsed());
    }
    let first = took[0];
    took.sort();
    println!("the digest: {first:?} at first, {:?} at best, {:?} at median", took[0], took[10]);
    // Several tests share the machine: it is the best of twenty that is judged.
    assert!(took[0].as_millis() < 250, "{took:?}");
}
