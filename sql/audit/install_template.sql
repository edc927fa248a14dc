-- What sql/audit/install.sql is made from: the rules of this folder as views, for psql.
-- The audit of row security as views in one schema, for psql: needs nothing else of shikiri, reads catalogues only.
--
--     psql -X -v ON_ERROR_STOP=1 -f install.sql
--     update shikiri_audit.settings set settings = '{"runtime_roles": ["app_user"]}';
--     select * from shikiri_audit.findings;
--     select * from shikiri_audit.matrix where relation = 'app.slips';
--     select * from shikiri_audit.role_paths;
--     drop schema shikiri_audit cascade;
--
-- PostgreSQL 15 to 18. Any role that may create a schema can install it. Only the installing role may read the views;
-- to let others: grant usage on the schema, select on the views, execute on the three functions.
-- Made from the files of sql/audit by `UPDATE_GOLDEN=1 cargo test --test it audit::install`; do not edit.
begin;
create schema if not exists shikiri_audit;
revoke all on schema shikiri_audit from public;

-- What the rules take as given; the comment above the first function says what each key means.
create table if not exists shikiri_audit.settings (
    only_one boolean primary key default true,
    settings jsonb not null,
    constraint there_is_only_one check (only_one),
    constraint every_key_is_known check (
        settings - array[
            'runtime_roles', 'known_logins', 'tenant_columns', 'tenant_tables', 'context_functions', 'context_settings',
            'shared_tables', 'ignored_schemas', 'baseline_tables'
        ] = jsonb '{}')
);
insert into shikiri_audit.settings (settings) values ('{}') on conflict do nothing;

-- From here on it is the same inside shikiri's own database.
drop view if exists shikiri_audit.findings, shikiri_audit.matrix, shikiri_audit.role_paths;
drop function if exists shikiri_audit.findings_for(jsonb), shikiri_audit.matrix_for(jsonb),
    shikiri_audit.role_paths_for(jsonb);

-- Every rule over one look at the catalogue, with these settings.
create function shikiri_audit.findings_for(settings jsonb)
returns table (rule text, object text, role_name text, what text, reproduce text, fix text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
as $audit$
:findings
$audit$;

-- What each runtime role sees of each relation, and by which door.
create function shikiri_audit.matrix_for(settings jsonb)
returns table (role_name text, relation text, kind text, command text, sees text, door text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
as $audit$
:matrix
$audit$;

-- What each login can become.
create function shikiri_audit.role_paths_for(settings jsonb)
returns table (login text, reaches text, path text, means text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
as $audit$
:role_paths
$audit$;

revoke all on function shikiri_audit.findings_for(jsonb), shikiri_audit.matrix_for(jsonb),
    shikiri_audit.role_paths_for(jsonb) from public;

-- What the rules find with the settings of this database, gravest first.
create view shikiri_audit.findings as
select
    f.rule,
    r.severity,
    f.object,
    f.role_name,
    f.what,
    f.reproduce,
    f.fix,
    r.title_en,
    r.title_ja
from shikiri_audit.settings s
cross join lateral shikiri_audit.findings_for(s.settings) f
join (
    values
:titles
) r (rule, severity, title_en, title_ja) on r.rule = f.rule
order by
    array_position(array['critical', 'high', 'medium', 'low', 'info'], r.severity), f.rule, f.object, f.role_name;

create view shikiri_audit.matrix as
select m.role_name, m.relation, m.kind, m.command, m.sees, m.door
from shikiri_audit.settings s
cross join lateral shikiri_audit.matrix_for(s.settings) m;

create view shikiri_audit.role_paths as
select p.login, p.reaches, p.path, p.means
from shikiri_audit.settings s
cross join lateral shikiri_audit.role_paths_for(s.settings) p;

comment on view shikiri_audit.findings is 'What the catalogue rules of the audit find. No row is a pass.';
comment on view shikiri_audit.matrix is 'What each runtime role sees of each relation with each command, and by which door.';
comment on view shikiri_audit.role_paths is 'What each login can become, by memberships and SET ROLE.';
commit;
