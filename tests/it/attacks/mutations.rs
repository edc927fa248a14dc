//! One thing broken at a time: the battery finds nothing on the whole wall, and something every time else.

use std::sync::atomic::{AtomicU32, Ordering};

use shikiri::{dba::catalog::SealWish, testkit::World};

use super::{battery::battery, target::Target, unbound, wire::Wire};
use crate::golden;

/// The one damage that there is only where the seal has a key.
const NOT_CHECKED: &str = "seal not checked, by a MAC";

/// A damage, by name, and how a superuser does it.
pub const MUTATIONS: &[(&str, &str)] = &[
    (
        "all policies dropped",
        "do $$ declare it record; begin for it in select p.polname, p.polrelid::regclass as t from pg_policy p loop \
             execute format('drop policy %I on %s', it.polname, it.t); end loop; end $$",
    ),
    ("row security disabled", "alter table shikiri.slip disable row level security"),
    ("row security not forced", "alter table shikiri.slip no force row level security"),
    ("floor dropped", "drop policy tenant_floor on shikiri.slip"),
    ("rows: using (true)", "alter policy tenant_rows on shikiri.slip using (true)"),
    ("floor: using (true)", "alter policy tenant_floor on shikiri.slip using (true)"),
    (
        "both: using (true)",
        "alter policy tenant_rows on shikiri.slip using (true); alter policy tenant_floor on shikiri.slip using (true)",
    ),
    (
        "one condition too many: or a setting",
        "alter policy tenant_rows on shikiri.slip using (true); alter policy tenant_floor on shikiri.slip using \
             (tenant_id = (select shikiri_seal.tenant()) or tenant_id::text = current_setting('app.tenant_id', true))",
    ),
    (
        "sub-select dropped",
        "alter policy tenant_rows on shikiri.slip using (tenant_id = shikiri_seal.tenant()); \
             alter policy tenant_floor on shikiri.slip using (tenant_id = shikiri_seal.tenant())",
    ),
    (
        "first condition dropped",
        "alter policy tenant_rows on shikiri.slip using (tenant_id = (select shikiri_seal.tenant())); \
             alter policy tenant_floor on shikiri.slip using (tenant_id = (select shikiri_seal.tenant()))",
    ),
    (
        "with check (true)",
        "alter policy tenant_rows on shikiri.slip with check (true); \
             alter policy tenant_floor on shikiri.slip with check (true)",
    ),
    (
        "with check dropped",
        "drop policy tenant_floor on shikiri.slip; create policy tenant_floor on shikiri.slip as restrictive \
             using (tenant_id = (select shikiri_seal.tenant()))",
    ),
    ("rows only for the application", "alter policy tenant_rows on shikiri.slip to shikiri_app"),
    ("scope of writes dropped", "drop policy session_writes on shikiri.slip"),
    (
        "view with its owner's rights",
        "create view shikiri.v_slip as select * from shikiri.slip; grant select on shikiri.v_slip to shikiri_app",
    ),
    ("truncate granted", "grant truncate on shikiri.slip to shikiri_app"),
    ("update granted", "grant update, delete on shikiri.slip to shikiri_app"),
    (
        "planner statistics",
        "do $$ declare it name; begin for it in select attname from pg_attribute \
             where attrelid = 'shikiri.slip'::regclass and attnum > 0 loop \
             execute format('alter table shikiri.slip alter column %I set statistics -1', it); end loop; end $$",
    ),
    (
        "unique key without tenant_id",
        "create unique index slip_number on shikiri.slip (bill_number)",
    ),
    (
        NOT_CHECKED,
        "create or replace function shikiri_seal.tenant() returns integer language plpgsql stable security definer \
             parallel restricted cost 100 set search_path = pg_catalog, pg_temp as $$ begin \
             return split_part(current_setting('shikiri.seal'), ':', 1)::integer; end $$",
    ),
    (
        "no seal is no error",
        "create or replace function shikiri_seal.tenant() returns integer language plpgsql stable security definer \
             parallel restricted cost 100 set search_path = pg_catalog, pg_temp as $$ begin \
             return nullif(split_part(current_setting('backtrace_functions'), '_', 1), '')::integer; end $$",
    ),
    (
        "a setting of anybody's before the seal",
        "create or replace function shikiri_seal.tenant() returns integer language plpgsql stable security definer \
             parallel restricted cost 100 set search_path = pg_catalog, pg_temp as $$ begin \
             return coalesce(nullif(current_setting('shikiri.tenant', true), ''), \
             split_part(current_setting('backtrace_functions'), '_', 1))::integer; end $$",
    ),
    (
        "vault opened",
        "grant usage on schema shikiri_vault to shikiri_app; grant select on shikiri_vault.seal_key to shikiri_app",
    ),
    (
        "temporary tables allowed",
        "do $$ begin execute format('grant temp on database %I to shikiri_app', current_database()); end $$",
    ),
];

async fn damaged(damage: &str, seal: SealWish) -> Vec<String> {
    let world = World::new().await;
    world.seal_by(seal).await;
    let target = Target::wall(&world).await;
    unbound::fill(&world, &target).await;
    let mut root = Wire::connect(&target.superuser).await;
    root.must(damage).await;
    battery(&world, &target).await
}

#[tokio::test]
async fn every_damage_is_noticed_and_the_whole_wall_is_quiet() {
    for seal in [SealWish::Parameter, SealWish::Mac] {
        let found = damaged("select 1", seal).await;
        assert_eq!(found, Vec::<String>::new(), "the wall is whole: {seal:?}");
    }
    let mut lines = Vec::new();
    for (name, damage) in MUTATIONS {
        let seal = if *name == NOT_CHECKED { SealWish::Mac } else { SealWish::Parameter };
        let found = damaged(damage, seal).await;
        assert!(!found.is_empty(), "nothing notices: {name}");
        assert!(
            found.iter().any(|it| it == "digest of the wall"),
            "the digest is blind to: {name}"
        );
        lines.push(format!("{name}\n    {}", found.join("\n    ")));
    }
    let found = with_bypassrls().await;
    assert!(found.iter().any(|it| it.starts_with("attack")), "{found:?}");
    lines.push(format!("bypassrls\n    {}", found.join("\n    ")));
    golden::same("mutations.txt", &(lines.join("\n") + "\n"));
}

/// BYPASSRLS belongs to the whole server, and every wall on it sees a role that has it: a server of its own.
async fn with_bypassrls() -> Vec<String> {
    let world = World::alone().await;
    let mut target = Target::wall(&world).await;
    unbound::fill(&world, &target).await;
    let role = bypassing(&world, &mut target).await;
    let found = battery(&world, &target).await;
    let mut root = Wire::connect(&target.superuser).await;
    root.must(&format!("drop owned by {role}; drop role {role}")).await;
    found
}

/// Makes the target's application one with BYPASSRLS, and says its name; whoever asked for it drops it.
///
/// BYPASSRLS belongs to the whole server, where other tests run: a role of its own gets it.
pub async fn bypassing(world: &World, target: &mut Target) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let role = format!("mutant_app_{}_{number}", std::process::id());
    let mut root = Wire::connect(&target.superuser).await;
    let server = world.server();
    let password = server.password().map_or(String::new(), |it| format!("password '{it}'"));
    root.must(&format!(
        "create role {role} login bypassrls {password}; \
         grant connect on database {database} to {role}; \
         grant usage on schema shikiri, shikiri_seal to {role}; \
         grant select on all tables in schema shikiri to {role}; \
         grant insert on shikiri.slip to {role}; \
         grant execute on all functions in schema shikiri_seal to {role}",
        database = root_database(target).await,
    ))
    .await;
    let base = server.conninfo(&role, &root_database(target).await);
    let password = server.password().map(|it| format!(" password='{it}'"));
    target.app = base + &password.unwrap_or_default();
    role
}

async fn root_database(target: &Target) -> String {
    Wire::connect(&target.superuser).await.value("select current_database()").await
}
