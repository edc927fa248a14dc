-- Guests of the wall: schemas that are guarded like ours, and roles that a DBA allowed by name. For whoever migrates.

-- Schemas whose tables are guarded: ours, and those that were registered. Any login may know them.
create or replace function shikiri_seal.guarded_schemas() returns setof name
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select 'shikiri'::name
    union all
    select g.schema_name from shikiri_ops.guarded_schema g order by 1
$$;
revoke all on function shikiri_seal.guarded_schemas() from public;
grant execute on function shikiri_seal.guarded_schemas()
    to shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_owner;

-- Registers a schema: from then on every table of it must be forced and have its floor, or nothing is served.
create or replace function shikiri_ops.guard_schema(p_schema name) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bare text;
begin
    if p_schema like 'shikiri%' or p_schema like 'pg\_%' or p_schema = 'information_schema' then
        raise exception 'shikiri: % is no schema of a guest: it was not registered', p_schema using errcode = 'SK021';
    end if;
    if to_regnamespace(quote_ident(p_schema)) is null then
        raise exception 'shikiri: there is no schema %: it was not registered', p_schema using errcode = 'SK021',
            hint = 'create it and its tables first';
    end if;
    -- Otherwise the next connection would be refused, and nobody had said why.
    select string_agg(f.fault, '; ' order by f.fault) into bare from shikiri_vault.guard_faults(array[p_schema]) f (fault);
    if bare is not null then
        raise exception 'shikiri: % was not registered: %', p_schema, bare using errcode = 'SK021',
            hint = 'give each table forced row security and a restrictive policy tenant_floor for all to public';
    end if;
    insert into shikiri_ops.guarded_schema (schema_name) values (p_schema) on conflict do nothing;
    return found;
end
$$;
revoke all on function shikiri_ops.guard_schema(name) from public;

-- Takes it out again.
create or replace function shikiri_ops.unguard_schema(p_schema name) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from shikiri_ops.guarded_schema g where g.schema_name = p_schema;
    return found;
end
$$;
revoke all on function shikiri_ops.unguard_schema(name) from public;

-- What a table of these schemas lacks to be guarded, a sentence each.
create or replace function shikiri_vault.guard_faults(p_schemas name[]) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select c.oid::regclass || case
        when not (c.relrowsecurity and c.relforcerowsecurity) then ' is without forced row security'
        else ' is without its restrictive floor'
    end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any (p_schemas) and c.relkind in ('r', 'p') and not (
        c.relrowsecurity and c.relforcerowsecurity and exists (
            select from pg_policy p
            where p.polrelid = c.oid and not p.polpermissive and p.polroles = array[0::oid] and p.polcmd = '*'
                and p.polname = 'tenant_floor'))
$$;
revoke all on function shikiri_vault.guard_faults(name[]) from public;

-- Allows a role, by name, what would otherwise be a difference of the wall:
--     bypassrls    BYPASSRLS, and reading: what a logical backup needs
--     read         CONNECT, USAGE on schemas, SELECT
--     execute      CONNECT, USAGE on schemas, EXECUTE: a login of an embedder's own
--     replication  REPLICATION: what a physical backup needs
--     superuser    another superuser than the server's first
--     pg_…         membership in a role of Postgres, such as pg_monitor
-- The role need not exist yet. It may then be made, changed and dropped within that, without a word from the wall; and
-- `migrate` leaves its grants alone.
create or replace function shikiri_ops.allow_role(p_role name, p_may text) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_role in ('shikiri_owner', 'shikiri_keeper', 'shikiri_migrator', 'shikiri_app', 'shikiri_checker', 'shikiri_operator',
        'shikiri_auditor')
    then
        raise exception 'shikiri: % is a role of the wall itself: nothing was allowed', p_role using errcode = 'SK021';
    end if;
    insert into shikiri_ops.allowed_role (role_name, may) values (p_role, p_may) on conflict do nothing;
    return found;
end
$$;
revoke all on function shikiri_ops.allow_role(name, text) from public;

-- Takes everything back that a role was allowed.
create or replace function shikiri_ops.disallow_role(p_role name) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from shikiri_ops.allowed_role a where a.role_name = p_role;
    return found;
end
$$;
revoke all on function shikiri_ops.disallow_role(name) from public;
