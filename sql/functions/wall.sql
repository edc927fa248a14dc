-- What the wall looks like right now, as lines and as one digest, and what it looked like when it was built.
create or replace function shikiri_seal.wall_lines() returns setof text
language sql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
    select w.line
    from (
        select concat_ws('|', 'table', n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
            pg_get_userbyid(c.relowner), c.relacl::text)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%' and c.relkind in ('r', 'p', 'v', 'm', 'S')
        union all
        select concat_ws('|', 'column', a.attrelid::regclass::text, a.attname, a.attacl::text)
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%' and a.attacl is not null
        union all
        select concat_ws('|', 'statistics', a.attrelid::regclass::text, a.attname, coalesce(a.attstattarget, -1))
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'shikiri' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
        union all
        select concat_ws('|', 'index', pg_get_indexdef(i.indexrelid))
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%'
        union all
        select concat_ws('|', 'database', d.datacl::text)
        from pg_database d where d.datname = current_database()
        union all
        select concat_ws('|', 'policy', p.polrelid::regclass::text, p.polname, p.polpermissive, p.polcmd,
            (select string_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end, ',' order by r::text collate "C")
                from unnest(p.polroles) r),
            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%'
        union all
        select concat_ws('|', 'function', p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.prosecdef,
            p.provolatile, p.proparallel, p.proisstrict, p.proconfig::text, p.proacl::text,
            encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname like 'shikiri%'
        union all
        select concat_ws('|', 'view', c.oid::regclass::text, pg_get_viewdef(c.oid))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%' and c.relkind = 'v'
        union all
        select concat_ws('|', 'trigger', t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid))
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%' and not t.tgisinternal
        union all
        select concat_ws('|', 'schema', n.nspname, pg_get_userbyid(n.nspowner), n.nspacl::text)
        from pg_namespace n where n.nspname like 'shikiri%'
        union all
        select concat_ws('|', 'role', r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
            r.rolreplication, r.rolcanlogin, r.rolinherit)
        from pg_roles r where r.rolname like 'shikiri%'
        union all
        select concat_ws('|', 'member', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member))
        from pg_auth_members m
        where pg_get_userbyid(m.member)::text like 'shikiri%' or pg_get_userbyid(m.roleid)::text like 'shikiri%'
    ) w(line)
    order by w.line collate "C"
$$;
revoke all on function shikiri_seal.wall_lines() from public;
grant execute on function shikiri_seal.wall_lines() to shikiri_app, shikiri_operator, shikiri_auditor;

create or replace function shikiri_seal.wall_digest() returns text
language sql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
    select encode(sha256(convert_to(string_agg(w.line, chr(10) order by w.line collate "C"), 'UTF8')), 'hex')
    from shikiri_seal.wall_lines() w (line)
$$;
revoke all on function shikiri_seal.wall_digest() from public;
grant execute on function shikiri_seal.wall_digest() to shikiri_app, shikiri_operator, shikiri_auditor;

-- For /readyz: the last deployment, beside the live digest and the server's version.
create or replace function shikiri_seal.wall_state(
    out live_digest text, out deployed_digest text, out source_digest text, out server_version_num integer,
    out seal text) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    live_digest := shikiri_seal.wall_digest();
    select d.wall_digest, d.source_digest into deployed_digest, source_digest
    from shikiri_ops.deployment d order by d.deployment_id desc limit 1;
    server_version_num := current_setting('server_version_num')::integer;
    seal := shikiri_vault.seal_way();
end
$$;
revoke all on function shikiri_seal.wall_state() from public;
grant execute on function shikiri_seal.wall_state() to shikiri_app, shikiri_operator, shikiri_auditor;

-- Writes the live wall down, unless it is the one that was written down last. Answers whether it was new.
create or replace function shikiri_ops.record_wall(p_origin text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    live text := shikiri_seal.wall_digest();
    last text;
begin
    -- A lock that no login can take: an advisory one could be held by anybody.
    lock table shikiri_ops.wall in share row exclusive mode;
    select w.wall_digest into last from shikiri_ops.wall w order by w.wall_id desc limit 1;
    if last is not distinct from live then
        return false;
    end if;
    insert into shikiri_ops.wall (origin, wall_digest, lines)
    values (p_origin, live, array(select l.line from shikiri_seal.wall_lines() l (line)));
    return true;
end
$$;
revoke all on function shikiri_ops.record_wall(text) from public;
grant execute on function shikiri_ops.record_wall(text) to shikiri_operator;
