//! Guests of the wall: tables of others that `migrate` leaves armed, schemas that are guarded like ours, roles that a DBA
//! allowed by name.

use serde_json::Value;
use shikiri::{
    audit::{self, RuleSettings},
    dba::catalog::{self, Guest, Login},
    testkit::{A, SLIPS_A, World},
};

use super::broken;
use crate::{
    attacks::Wire,
    exports::{accidents, all, ended, exporter},
    http::client::ask_at,
};

const NOTE: &str = include_str!("../../embedding/guard_note.sql");

/// The same table in a schema of its own.
fn clinic() -> String {
    format!(
        "create schema clinic authorization shikiri_owner; grant usage on schema clinic to shikiri_app; {}",
        NOTE.replace("shikiri.note", "clinic.appointment").replace("note_pkey", "appointment_pkey")
    )
}

/// What keeps a table of a guest behind the wall.
fn armed(table: &str) -> String {
    format!(
        "select (select count(*) from pg_policy where polrelid = '{table}'::regclass) || ' ' || \
         has_table_privilege('shikiri_app', '{table}', 'select, insert') from pg_class where oid = '{table}'::regclass"
    )
}

async fn wall_check(url: &str) -> String {
    match catalog::check(url).await {
        Ok(_) => String::new(),
        Err(catalog::Error::Pending(found)) => found,
        Err(err) => panic!("{err}"),
    }
}

#[tokio::test]
async fn table_in_schema_shikiri_keeps_its_policies_and_grants() {
    let world = World::new().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(NOTE).await;
    root.must("reset role; create policy oops on shikiri.slip using (true)").await;
    let planned = catalog::plan(&migrator).await.expect("plans");
    for found in [
        "shikiri.note: a table of a guest: its policies and grants stay",
        "policy oops of shikiri.slip is new",
        "table shikiri.note is new",
    ] {
        assert!(planned.said.iter().any(|it| it == found), "{found}: {:#?}", planned.said);
    }
    let report = catalog::migrate(&migrator).await.expect("migrates");
    assert!(report.wall_applied);
    assert_eq!(report.said, planned.said);
    assert_eq!(root.value(&armed("shikiri.note")).await, "2 true");
    assert_eq!(root.value("select count(*) from pg_policy where polname = 'oops'").await, "0");
    Wire::connect(&world.url(Login::App)).await.must("select shikiri_seal.preflight()").await;
    assert_eq!(wall_check(&migrator).await, "");
}

#[tokio::test]
async fn table_in_own_schema_stays_armed_and_is_looked_at_as_ours() {
    let world = World::new().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(&clinic()).await;
    root.must("reset role").await;
    catalog::admit(&migrator, &[Guest::Guard("clinic".to_owned())]).await.expect("it is armed");
    // As a newer wall would: everything is applied again, under policies that need our functions.
    root.must("grant select (tenant_code) on shikiri.tenant to shikiri_auditor").await;
    let report = catalog::migrate(&migrator).await.expect("migrates");
    assert!(report.said.iter().any(|it| it == "guarded clinic is new"), "{:#?}", report.said);
    assert_eq!(root.value(&armed("clinic.appointment")).await, "2 true");
    assert_eq!(wall_check(&migrator).await, "");
    assert_eq!(broken(&mut root).await, Vec::new());

    let served = world.serve().await;
    let ready = async || {
        // An answer is believed for a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        ask_at(served.address_admin, "GET /readyz").send().await
    };
    let findings = async || {
        let url = world.url(Login::Auditor);
        let found = audit::run(&url, &RuleSettings::own()).await.expect("the auditor may ask");
        found.into_iter().filter(|it| it.object.contains("clinic.appointment")).count()
    };
    assert_eq!((ready().await.status, findings().await), (200, 0));
    for (damage, mend, rule) in [
        (
            "disable row level security",
            "enable row level security",
            "row security is enabled and forced",
        ),
        (
            "no force row level security",
            "force row level security",
            "row security is enabled and forced",
        ),
        (
            "alter column note set statistics -1",
            "alter column note set statistics 0",
            "no column has planner statistics",
        ),
    ] {
        root.must(&format!("alter table clinic.appointment {damage}")).await;
        let found = wall_check(&migrator).await;
        assert!(
            found.contains("clinic.appointment") && found.contains("has changed"),
            "{damage}: {found}"
        );
        let told = ready().await;
        assert_eq!(told.status, 503, "{damage}");
        assert!(said(&told.json()).contains("clinic.appointment"), "{damage}: {}", told.text());
        let structure = broken(&mut root).await;
        assert!(structure.iter().any(|it| it.0 == rule), "{damage}: {structure:?}");
        if damage.contains("row level security") {
            let mut app = Wire::connect(&world.url(Login::App)).await;
            let refused = app.simple("select shikiri_seal.preflight()").await;
            assert_eq!(refused.code(), "SK021", "{damage}");
        }
        if damage.starts_with("disable") {
            assert!(findings().await > 0, "{damage}: the audit is silent");
        }
        root.must(&format!("alter table clinic.appointment {mend}")).await;
        assert_eq!(ready().await.status, 200, "{mend}");
    }
}

fn said(told: &Value) -> String {
    let checks = told["checks"].as_array().expect("checks").iter();
    checks.filter(|it| it["ok"] == false).map(|it| it["found"].to_string()).collect()
}

#[tokio::test]
async fn a_bare_schema_is_not_registered_and_is_told_what_it_lacks() {
    let world = World::new().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("create schema bare; create table bare.t (tenant_id integer)").await;
    for (schema, lacks) in [
        ("bare", "bare.t is without forced row security"),
        ("nowhere", "no schema"),
        ("shikiri_vault", "no schema of a guest"),
    ] {
        let refused = catalog::admit(&migrator, &[Guest::Guard(schema.to_owned())]).await;
        let text = refused.expect_err("it is bare").to_string();
        assert!(text.contains(lacks), "{schema}: {text}");
    }
    assert_eq!(root.value("select count(*) from shikiri_ops.guarded_schema").await, "0");
}

#[tokio::test]
async fn a_function_in_no_file_goes_unless_a_guest_needs_it_and_what_changed_its_answer_is_made_anew()
 {
    let world = World::new().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(
        "create function shikiri_seal.old() returns integer language sql as 'select 1'; \
         create function shikiri_seal.needed() returns boolean language sql as 'select true'; \
         create table public.t (a integer); create policy p on public.t using (shikiri_seal.needed()); \
         drop function shikiri_seal.wall_state(); \
         create function shikiri_seal.wall_state() returns integer language sql as 'select 1'; \
         grant execute on function shikiri_vault.bind(integer, uuid, text) to shikiri_app",
    )
    .await;
    let tenant = "select 'shikiri_seal.tenant'::regproc::oid";
    let before = root.value(tenant).await;
    let report = catalog::migrate(&migrator).await.expect("migrates");
    for found in [
        "shikiri_seal.old(): a function in no file; it is dropped",
        "shikiri_seal.needed(): a function in no file; it stays, because something of a guest needs it",
    ] {
        assert!(report.said.iter().any(|it| it == found), "{found}: {:#?}", report.said);
    }
    assert_eq!(root.value(tenant).await, before, "it was replaced, not dropped");
    let left = "select string_agg(proname, ',' order by proname) from pg_proc \
         where pronamespace = 'shikiri_seal'::regnamespace and proname in ('old', 'needed')";
    assert_eq!(root.value(left).await, "needed");
    let may = "select has_function_privilege('shikiri_app', 'shikiri_vault.bind(integer, uuid, text)', 'execute')";
    assert_eq!(root.value(may).await, "f");
    assert_eq!(wall_check(&migrator).await, "");
}

#[tokio::test]
async fn a_backup_role_is_a_difference_until_it_is_allowed_and_then_exports_go_on() {
    // Roles are of the whole server: one of its own.
    let world = World::alone().await;
    let migrator = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    let served = world.serve().await;
    let make = "create role shikiri_backup login bypassrls; grant pg_read_all_data to shikiri_backup; \
         grant select on all tables in schema shikiri to shikiri_backup; \
         create role watcher login; grant pg_monitor to watcher; \
         do $$ begin execute format('grant connect on database %I to shikiri_backup, watcher', current_database()); end $$";
    root.must(make).await;
    let found = wall_check(&migrator).await;
    for it in [
        "role shikiri_backup is new",
        "member shikiri_backup of pg_read_all_data is new",
        "member watcher of pg_monitor is new",
        "grant on database itself to watcher is new",
    ] {
        assert!(found.contains(it), "{it}: {found}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let told = ask_at(served.address_admin, "GET /readyz").send().await;
    assert_eq!(told.status, 503);
    assert!(said(&told.json()).contains("shikiri_backup is new"), "{}", told.text());
    root.must("drop owned by shikiri_backup, watcher; drop role shikiri_backup, watcher").await;
    assert_eq!(wall_check(&migrator).await, "");

    let allow = |role: &str, may: &str| Guest::Allow(role.to_owned(), vec![may.to_owned()]);
    let allowed = [allow("shikiri_backup", "bypassrls"), allow("watcher", "pg_monitor")];
    catalog::admit(&migrator, &allowed).await.expect("allows");
    assert!(wall_check(&migrator).await.contains("allowed shikiri_backup bypassrls is new"));
    catalog::migrate(&migrator).await.expect("records it");
    // They are made while an export is under way: it ends as if nothing had been.
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let held = accidents::hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("orders");
    accidents::until_held(&world).await;
    root.must(make).await;
    drop(held);
    let line = ended(&world, &a, id).await;
    assert_eq!(line.state.as_str(), "ready", "{line:?}");
    assert_eq!(wall_check(&migrator).await, "");
    catalog::migrate(&migrator).await.expect("nothing to do");
    let reads = "select has_table_privilege('shikiri_backup', 'shikiri.slip', 'select')";
    assert_eq!(root.value(reads).await, "t");

    // What was not allowed is a difference.
    for (more, less) in [
        ("alter role shikiri_backup createrole", "alter role shikiri_backup nocreaterole"),
        (
            "grant insert on shikiri.slip to shikiri_backup",
            "revoke insert on shikiri.slip from shikiri_backup",
        ),
        ("grant shikiri_owner to shikiri_backup", "revoke shikiri_owner from shikiri_backup"),
        ("alter role watcher bypassrls", "alter role watcher nobypassrls"),
    ] {
        root.must(more).await;
        assert_ne!(wall_check(&migrator).await, "", "{more}");
        root.must(less).await;
        assert_eq!(wall_check(&migrator).await, "", "{less}");
    }
    catalog::admit(&migrator, &[Guest::Disallow("shikiri_backup".to_owned())])
        .await
        .expect("takes it back");
    assert!(wall_check(&migrator).await.contains("role shikiri_backup is new"));
}
