-- Lines of the wall: roles that could reach what it guards, who may become whom, and what is set on them.

-- Which roles: ours, those with power over a server, Postgres's own (pg_…), and every role that is a member of one of these
-- through any number of others. What a DBA allowed by name is left out, and stands in the line that allows it.
create or replace function shikiri_vault.wall_roles(p_our_roles oid[]) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
    here oid := (select d.oid from pg_database d where d.datname = current_database());
    -- Roles that have nothing but what they were allowed.
    quiet oid[];
    powers oid[];
    near oid[];
begin
    quiet := array(
        select r.oid
        from pg_roles r
        cross join lateral (
            select array_agg(a.may) as may from shikiri_ops.allowed_role a where a.role_name = r.rolname
        ) a
        where a.may is not null and not r.oid = any (p_our_roles) and r.oid >= 16384
            and (not r.rolsuper or 'superuser' = any (a.may)) and (not r.rolbypassrls or 'bypassrls' = any (a.may))
            and (not r.rolreplication or 'replication' = any (a.may)) and not r.rolcreaterole
            -- It is a member of what it was allowed, and of nothing else.
            and not exists (
                select from pg_auth_members m join pg_roles o on o.oid = m.roleid
                where m.member = r.oid and (m.admin_option
                    or o.rolname <> all (a.may) and not (o.rolname = 'pg_read_all_data' and 'bypassrls' = any (a.may)))));
    powers := array(
        select r.oid from pg_roles r
        where r.oid = any (p_our_roles) or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication
            or r.rolname like 'pg\_%');
    near := array(
        with recursive up (oid) as (
            select unnest(powers)
            union
            select m.member from up u join pg_auth_members m on m.roleid = u.oid
        ),
        down (oid) as (
            select unnest(p_our_roles)
            union
            select m.roleid from down d join pg_auth_members m on m.member = d.oid
        )
        select u.oid from up u union select d.oid from down d);

    return query
    select concat_ws('|', 'role', quote_ident(r.rolname), to_jsonb(r) - '{oid,rolname,rolpassword,rolconfig,rolvaliduntil}'::text[],
        'until', nullif(r.rolvaliduntil, 'infinity'))
    from pg_roles r
    where r.oid = any (near) and not r.oid = any (quiet);

    return query
    select concat_ws('|', 'member', quote_ident(pg_get_userbyid(m.member)) || ' of ' || quote_ident(pg_get_userbyid(m.roleid)),
        pg_get_userbyid(m.grantor), to_jsonb(m) - '{oid,roleid,member,grantor}'::text[])
    from pg_auth_members m
    where m.member = any (near) and m.roleid = any (near) and not m.member = any (quiet);

    -- For all databases or this one, on all roles or on one that is looked at.
    return query
    select concat_ws('|', 'setting', concat_ws(' ', 'of', case when s.setrole = 0 then 'every role'
            else quote_ident(pg_get_userbyid(s.setrole)) end, case when s.setdatabase <> 0 then 'here' end), s.setconfig)
    from pg_db_role_setting s
    where s.setdatabase in (0, here) and (s.setrole = 0 or s.setrole = any (near) and not s.setrole = any (quiet));
end
$$;
revoke all on function shikiri_vault.wall_roles(oid[]) from public;
