-- Lines of the wall: every grant on what it looks at, an entry each, and every grant on Postgres's own objects that
-- differs from what a new database has.

-- A right that was never written down is what Postgres takes it for (acldefault), so that granting and revoking again
-- leaves no trace.
create or replace function shikiri_vault.wall_grants(p_schemas oid[], p_our_roles oid[], p_relations oid[], p_functions oid[])
    returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
    here oid := (select d.oid from pg_database d where d.datname = current_database());
    -- Roles that a DBA allowed by name may connect; those that he allowed to read may read, those that he allowed to call
    -- may call. It is no line.
    guests text[] := array(select a.role_name from shikiri_ops.allowed_role a);
    readers text[] := array(select a.role_name from shikiri_ops.allowed_role a where a.may in ('bypassrls', 'read'));
    callers text[] := array(select a.role_name from shikiri_ops.allowed_role a where a.may = 'execute');
begin
    return query
    with held (kind, name, acl, may) as materialized (
        select 'relation', c.oid::regclass::text,
            coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's'::"char" else 'r' end, c.relowner)), '^r$'
        from pg_class c where c.oid = any (p_relations) and c.relkind <> 'c'
        union all
        select 'column', a.attrelid::regclass || '.' || quote_ident(a.attname), a.attacl, '^r$'
        from pg_attribute a where a.attrelid = any (p_relations) and a.attacl is not null and not a.attisdropped
        union all
        select 'function', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)), '^X$'
        from pg_proc p where p.oid = any (p_functions)
        union all
        select 'type', t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner)), '^$'
        from pg_type t
        where t.oid >= 16384 and t.typelem = 0
            and (t.typnamespace = any (p_schemas)
                or exists (select from aclexplode(t.typacl) x where x.grantee = any (p_our_roles)))
        union all
        select 'schema', n.oid::regnamespace::text, coalesce(n.nspacl, acldefault('n', n.nspowner)), '^U$'
        from pg_namespace n where n.oid >= 16384 and n.nspname !~ '^pg_(toast|temp)' or n.nspname = 'public'
        union all
        select 'database', 'itself', coalesce(d.datacl, acldefault('d', d.datdba)), '^c$' from pg_database d where d.oid = here
        union all
        select 'language', l.lanname, coalesce(l.lanacl, acldefault('l', l.lanowner)), '^$' from pg_language l
        union all
        select 'foreign-data wrapper', w.fdwname, coalesce(w.fdwacl, acldefault('F', w.fdwowner)), '^$'
        from pg_foreign_data_wrapper w
        union all
        select 'foreign server', s.srvname, coalesce(s.srvacl, acldefault('S', s.srvowner)), '^$' from pg_foreign_server s
        union all
        select 'tablespace', s.spcname, coalesce(s.spcacl, acldefault('t', s.spcowner)), '^$' from pg_tablespace s
        union all
        select 'parameter', p.parname, p.paracl, '^$' from pg_parameter_acl p
        union all
        -- Not those that a login of ours made: anybody can make one, and must not be able to stop the service so.
        select 'large object', l.oid::text, coalesce(l.lomacl, acldefault('L', l.lomowner)), '^$'
        from pg_largeobject_metadata l
        where l.lomacl <> acldefault('L', l.lomowner) and not l.lomowner = any (p_our_roles)
    )
    select concat_ws('|', 'grant', concat_ws(' ', 'on', h.kind, h.name, 'to',
            coalesce(nullif(split_part(i.item::text, '=', 1), ''), 'public')), split_part(i.item::text, '=', 2))
    from held h cross join lateral unnest(h.acl) i (item)
    where not (
        split_part(i.item::text, '=', 1) = any (case h.kind
            when 'database' then guests when 'function' then callers when 'schema' then readers || callers else readers end)
        and split_part(split_part(i.item::text, '=', 2), '/', 1) ~ h.may);

    return query
    with held (kind, name, acl, was) as materialized (
        select 'relation', c.oid::regclass::text,
            coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's'::"char" else 'r' end, c.relowner)),
            coalesce(b.initprivs, acldefault(case when c.relkind = 'S' then 's'::"char" else 'r' end, c.relowner))
        from pg_class c
        left join pg_init_privs b on b.classoid = 'pg_class'::regclass and b.objoid = c.oid and b.objsubid = 0
        where c.oid < 16384 and c.relkind in ('r', 'v', 'S') and c.relacl is distinct from b.initprivs
        union all
        select 'column', a.attrelid::regclass || '.' || quote_ident(a.attname), coalesce(a.attacl, '{}'),
            coalesce(b.initprivs, '{}')
        from pg_attribute a
        left join pg_init_privs b
            on b.classoid = 'pg_class'::regclass and b.objoid = a.attrelid and b.objsubid = a.attnum
        where a.attrelid < 16384 and a.attacl is distinct from b.initprivs
        union all
        select 'function', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)),
            coalesce(b.initprivs, acldefault('f', p.proowner))
        from pg_proc p
        left join pg_init_privs b on b.classoid = 'pg_proc'::regclass and b.objoid = p.oid and b.objsubid = 0
        where p.oid < 16384 and p.proacl is distinct from b.initprivs
        union all
        select 'schema', n.nspname, coalesce(n.nspacl, acldefault('n', n.nspowner)),
            coalesce(b.initprivs, acldefault('n', n.nspowner))
        from pg_namespace n
        left join pg_init_privs b on b.classoid = 'pg_namespace'::regclass and b.objoid = n.oid and b.objsubid = 0
        where n.nspname in ('pg_catalog', 'information_schema') and n.nspacl is distinct from b.initprivs
        union all
        select 'type', t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner)), acldefault('T', t.typowner)
        from pg_type t where t.oid < 16384 and t.typacl is not null
    )
    select concat_ws('|', 'grant', concat_ws(' ', 'on', 'PostgreSQL''s own', h.kind, h.name, 'to',
            coalesce(nullif(split_part(x.item::text, '=', 1), ''), 'public')), split_part(x.item::text, '=', 2), x.how)
    from held h
    cross join lateral (
        (select unnest(h.acl) as item, 'given' as how except all select unnest(h.was), 'given')
        union all
        (select unnest(h.was), 'taken' except all select unnest(h.acl), 'taken')
    ) x;
end
$$;
revoke all on function shikiri_vault.wall_grants(oid[], oid[], oid[], oid[]) from public;
