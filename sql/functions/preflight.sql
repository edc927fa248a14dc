-- Refuses a connection whose role or database is not what the wall needs. Runs once per connection.
create or replace function shikiri_seal.preflight() returns void
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    what text;
begin
    what := case
        when exists (
            select from pg_roles r
            where r.rolname = session_user
                and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
        ) then 'the login role is too powerful'
        when exists (
            select from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = session_user
        ) then 'the login role is a member of another'
        when exists (
            select from pg_shdepend d join pg_roles r on r.oid = d.refobjid
            where r.rolname = session_user and d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass
                and d.dbid = (select b.oid from pg_database b where b.datname = current_database())
                -- Not large objects: anybody can make one, and must not be able to stop the service so.
                and d.classid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass)
        ) then 'the login role owns something'
        when exists (
            select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
            where r.rolname = session_user and s.setconfig::text <> '{log_parameter_max_length=0}'
                -- Roles are of the whole server: what stands for another database of it says nothing of this one.
                and s.setdatabase in (0, (select b.oid from pg_database b where b.datname = current_database()))
        ) then 'somebody planted settings on the login role (ALTER ROLE ... SET)'
        when has_database_privilege(current_database(), 'TEMP')
            or has_database_privilege(current_database(), 'CREATE')
            or exists (select from pg_namespace n where has_schema_privilege(n.oid, 'CREATE'))
        then 'the login role can create objects'
        when current_setting('row_security') <> 'on' then 'row_security is not on'
        when current_setting('standard_conforming_strings') <> 'on' then 'standard_conforming_strings is not on'
        when exists (
            select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in (select g from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p')
                and not (c.relrowsecurity and c.relforcerowsecurity)
        ) then 'a tenant table is without forced row security'
        when exists (
            select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in (select g from shikiri_seal.guarded_schemas() g) and c.relkind in ('r', 'p') and not exists (
                select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polroles = array[0::oid]
                    and p.polcmd = '*' and p.polname = 'tenant_floor')
        ) then 'a tenant table is without its restrictive floor'
    end;
    what := coalesce(what, shikiri_seal.seal_fault());
    if what is not null then
        raise exception 'shikiri: %', what using errcode = 'SK021';
    end if;
end
$$;
revoke all on function shikiri_seal.preflight() from public;
grant execute on function shikiri_seal.preflight() to shikiri_app, shikiri_checker, shikiri_operator;
