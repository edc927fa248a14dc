//! `--mutate`: a migrated copy of our schema, broken one thing at a time. What is not noticed is a hole in the audit.

use time::OffsetDateTime;

use crate::{
    audit::{Error, Severity, Urls, attempts::Depth, conduct, own},
    dba::catalog::{self, Login, LoginPassword},
};

/// A mutation: what is broken, and how a superuser breaks it.
pub const MUTATIONS: &[(&str, &str)] = &[
    ("row security disabled", "alter table shikiri.slip disable row level security"),
    ("row security not forced", "alter table shikiri.slip no force row level security"),
    ("floor dropped", "drop policy tenant_floor on shikiri.slip"),
    ("rows using (true)", "alter policy tenant_rows on shikiri.slip using (true)"),
    ("floor using (true)", "alter policy tenant_floor on shikiri.slip using (true)"),
    (
        "both using (true)",
        "alter policy tenant_rows on shikiri.slip using (true); alter policy tenant_floor on shikiri.slip using (true)",
    ),
    (
        "with check (true)",
        "alter policy tenant_rows on shikiri.slip with check (true); \
         alter policy tenant_floor on shikiri.slip with check (true)",
    ),
    (
        "sub-select dropped",
        "alter policy tenant_rows on shikiri.slip using (tenant_id = shikiri_seal.tenant()); \
         alter policy tenant_floor on shikiri.slip using (tenant_id = shikiri_seal.tenant())",
    ),
    (
        "or a setting",
        "alter policy tenant_rows on shikiri.slip using (true); alter policy tenant_floor on shikiri.slip using \
         (tenant_id = (select shikiri_seal.tenant()) or tenant_id::text = current_setting('app.tenant_id', true))",
    ),
    (
        "another permissive policy, and no floor",
        "drop policy tenant_floor on shikiri.slip; create policy more on shikiri.slip for select to shikiri_app using (true)",
    ),
    (
        "definer view",
        "create view shikiri.v_slip as select * from shikiri.slip; grant select on shikiri.v_slip to shikiri_app",
    ),
    (
        "materialised view",
        "create materialized view shikiri.m_slip as select * from shikiri.slip; grant select on shikiri.m_slip to shikiri_app",
    ),
    ("owner granted to the application", "grant shikiri_owner to shikiri_app_mutant"),
    ("table given to the application", "alter table shikiri.slip owner to shikiri_app_mutant"),
    ("bypassrls", "alter role shikiri_app_mutant bypassrls"),
    ("superuser", "alter role shikiri_app_mutant superuser"),
    ("createrole", "alter role shikiri_app_mutant createrole"),
    ("truncate granted", "grant truncate on shikiri.slip to shikiri_app"),
    ("references granted", "grant references on shikiri.slip to shikiri_app"),
    ("trigger granted", "grant trigger on shikiri.slip to shikiri_app"),
    (
        "unique key without the tenant",
        "create unique index slip_number on shikiri.slip (bill_number)",
    ),
    (
        "nullable tenant",
        "alter table shikiri.idempotency_record drop constraint idempotency_record_pkey; \
         alter table shikiri.idempotency_record alter column tenant_id drop not null",
    ),
    ("create on a schema", "grant create on schema shikiri to shikiri_app"),
    (
        "default privileges",
        "alter default privileges for role shikiri_owner in schema shikiri grant select on tables to shikiri_app",
    ),
    ("publication of all", "create publication everything for all tables"),
    ("statistics readable", "grant select on pg_catalog.pg_statistic to shikiri_app"),
    (
        "a table without row security",
        "create table shikiri.note (tenant_id integer not null, body text); insert into shikiri.note \
         select t.tenant_id, 'note of ' || t.tenant_name from shikiri_ops.tenant t; grant select on shikiri.note to shikiri_app",
    ),
    (
        "definer function over the rows",
        "create function shikiri_seal.slips_of(p_tenant integer) returns setof shikiri.slip language sql stable \
         security definer set search_path = pg_catalog, pg_temp as 'select * from shikiri.slip where tenant_id = p_tenant'; \
         grant execute on function shikiri_seal.slips_of(integer) to shikiri_app",
    ),
    (
        "definer function without a pinned path",
        "create function shikiri_seal.loose() returns integer language plpgsql stable security definer \
         as 'begin return 1; end'; grant execute on function shikiri_seal.loose() to shikiri_app",
    ),
    (
        "leakproof function",
        "create function shikiri_seal.quiet(integer) returns boolean language sql immutable leakproof as 'select true'; \
         grant execute on function shikiri_seal.quiet(integer) to shikiri_app",
    ),
    ("the helper is immutable", "alter function shikiri_seal.tenant() immutable"),
    (
        "a setting of anybody's before the seal",
        "create or replace function shikiri_seal.tenant() returns integer language plpgsql stable security definer \
         parallel restricted cost 100 set search_path = pg_catalog, pg_temp as $$ begin \
         return coalesce(nullif(current_setting('shikiri.tenant', true), ''), \
         split_part(current_setting('backtrace_functions'), '_', 1))::integer; end $$",
    ),
    (
        "the seal is for the session",
        "do $$ begin execute replace(pg_get_functiondef('shikiri_vault.bind(integer,uuid,text)'::regprocedure), \
         'seal, true)', 'seal, false)'); end $$",
    ),
    (
        "no seal is no error, and passes",
        "create or replace function shikiri_seal.tenant() returns integer language plpgsql stable security definer \
         parallel restricted cost 100 set search_path = pg_catalog, pg_temp as $$ begin \
         return nullif(split_part(current_setting('backtrace_functions'), '_', 1), '')::integer; end $$; \
         alter policy tenant_rows on shikiri.slip using (true); alter policy tenant_floor on shikiri.slip using \
         (tenant_id = coalesce((select shikiri_seal.tenant()), tenant_id))",
    ),
    (
        "vault opened",
        "grant usage on schema shikiri_vault to shikiri_app; grant select on shikiri_vault.session to shikiri_app",
    ),
    (
        "cascade from a shared parent",
        "create table shikiri.layout (layout_id integer primary key); create table shikiri.printout (tenant_id integer not null, \
         layout_id integer not null references shikiri.layout on delete cascade, primary key (tenant_id, layout_id)); \
         alter table shikiri.printout enable row level security; alter table shikiri.printout force row level security; \
         create policy p on shikiri.printout for all to shikiri_app using (tenant_id = (select shikiri_seal.tenant())); \
         grant select on shikiri.printout to shikiri_app; insert into shikiri.layout values (1); \
         insert into shikiri.printout select t.tenant_id, 1 from shikiri_ops.tenant t; \
         grant select, delete on shikiri.layout to shikiri_app",
    ),
];

/// How many mutations there were, and how many the audit noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Made.
    pub made: usize,
    /// Noticed: by a finding that the whole schema does not have, or by the wall's lines.
    pub noticed: usize,
    /// Of these, by the lines alone (W01, `audit history`): nothing is reached yet, a second defence is gone.
    pub by_lines_alone: usize,
}

/// Makes a copy, breaks it, audits it, and throws it away; once for each mutation. `say` is told of each.
///
/// # Errors
/// When the server lets no database be made, or the whole schema itself is not quiet.
pub async fn mutate(admin_url: &str, say: &(dyn Fn(&str) + Sync)) -> Result<Score, Error> {
    let mut score = Score { made: 0, noticed: 0, by_lines_alone: 0 };
    let whole = mutant(admin_url, "select 1").await?;
    say(&format!("whole: {}", shown(&whole.found)));
    for (name, damage) in MUTATIONS {
        let mut it = mutant(admin_url, damage).await?;
        it.found.retain(|it| !whole.found.contains(it));
        let lines = it.lines.iter().filter(|it| !whole.lines.contains(it)).count()
            + whole.lines.iter().filter(|line| !it.lines.contains(line)).count();
        score.made += 1;
        score.noticed += usize::from(!it.found.is_empty() || 0 < lines);
        score.by_lines_alone += usize::from(it.found.is_empty() && 0 < lines);
        let mark = match (it.found.is_empty(), lines) {
            (false, _) => "noticed",
            (true, 0) => "MISSED ",
            (true, _) => "lines  ",
        };
        say(&format!("{mark} {name}: {}", shown(&it.found)));
    }
    Ok(score)
}

/// What an audit of one copy said.
struct Mutant {
    found: Vec<String>,
    lines: Vec<String>,
}

fn shown(found: &[String]) -> String {
    if found.is_empty() { "nothing".to_owned() } else { found.join(", ") }
}

/// One copy, broken.
async fn mutant(admin_url: &str, damage: &str) -> Result<Mutant, Error> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandom)?;
    let name = format!("audit_mutant_{}", hex::encode(&bytes[..6]));
    let app = format!("{name}_app");
    catalog::create_database(admin_url, &name, None).await?;
    let found = grown(admin_url, &name, &app, &hex::encode(&bytes[6..]), damage).await;
    catalog::drop_database(admin_url, &name).await?;
    catalog::drop_role(admin_url, &app).await?;
    found
}

async fn grown(
    admin_url: &str,
    name: &str,
    app: &str,
    password: &str,
    damage: &str,
) -> Result<Mutant, Error> {
    let root = catalog::url_of(admin_url, None, name)?;
    let url = |role: &str| catalog::url_of(admin_url, Some((role, password)), name);
    catalog::bootstrap(&root, &[] as &[LoginPassword]).await?;
    catalog::migrate_as(&root, Login::Migrator).await?;
    // Roles belong to the whole server, where the real ones may be at work: the copy's application is a role of
    // its own, with the rights of shikiri_app in this database alone.
    catalog::twin_of_app(&root, app, password).await?;
    let app_url = url(app)?;
    let urls =
        Urls { admin: root.clone(), app: app_url, operator: root.clone(), others: Vec::new() };
    let mut config = own(&urls, Vec::new()).await?;
    config.roles.retain(|it| it.name == Login::App.role());
    for role in &mut config.roles {
        app.clone_into(&mut role.name);
    }
    config.known_logins = catalog::logins(&root).await?;
    let damage =
        damage.replace("shikiri_app_mutant", app).replace("to shikiri_app", &format!("to {app}"));
    catalog::run_script(&root, &damage).await?;
    let report = conduct(&config, Depth::Writes, OffsetDateTime::now_utc()).await?;
    let grave = report.findings.iter().filter(|it| Severity::Low <= it.severity);
    let mut found: Vec<String> =
        grave.map(|it| format!("{} {}", it.rule, it.object.replace(app, "APP"))).collect();
    found.dedup();
    let lines = report.grants.iter().map(|it| it.replace(app, "APP")).collect();
    Ok(Mutant { found, lines })
}
