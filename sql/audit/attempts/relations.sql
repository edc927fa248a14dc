-- Every relation that attempts are made on: whose columns it has, who owns it, how it is protected.
select
    quote_ident(n.nspname) as schema_name,
    quote_ident(c.relname) as relation_name,
    c.relkind::text as kind,
    (c.relrowsecurity)::text as row_security,
    (exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid))::text as is_child,
    quote_ident(t.attname)::text as tenant_column,
    format_type(t.atttypid, null)::text as tenant_type,
    -- A definer view, a materialised view or a foreign table asks nobody's policy.
    (c.relkind in ('m', 'f') or c.relkind = 'v' and not coalesce(c.reloptions && array[
        'security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'], false))::text
        as is_definer,
    pg_get_userbyid(c.relowner)::text as owner,
    (select string_agg(quote_ident(a.attname), chr(31) order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text
        as columns,
    c.oid::text as oid,
    (select string_agg(format_type(a.atttypid, null), chr(31) order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text
        as types,
    (n.nspname || '.' || c.relname)::text as plain_name,
    -- What the commands may do: 4 UPDATE, 8 INSERT, 16 DELETE; a view that cannot be written refuses for no lack of right.
    (case when c.relkind in ('v', 'f') then pg_relation_is_updatable(c.oid, true) else 28 end)::text as writable,
    -- Whether a change of it does something elsewhere.
    (exists (select from pg_catalog.pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)
        or exists (select from pg_catalog.pg_rewrite w where w.ev_class = c.oid and w.ev_type <> '1')
        or exists (select from pg_catalog.pg_constraint f where f.confrelid = c.oid and f.contype = 'f'
            and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))))::text as acts
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
    select a.attname, a.atttypid
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and ($1::jsonb -> 'tenant_columns' ? a.attname::text
            or $1::jsonb -> 'tenant_tables' ->> (n.nspname || '.' || c.relname) = a.attname::text)
    order by $1::jsonb -> 'tenant_tables' ->> (n.nspname || '.' || c.relname) is distinct from a.attname::text, a.attnum
    limit 1
) t on true
where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
    and not coalesce($1::jsonb -> 'ignored_schemas', '[]') ? n.nspname::text
    -- What an extension brought is the extension's.
    and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname
