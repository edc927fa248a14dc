-- Sequences that a runtime role may read or advance: they count for every tenant.
select
    r.rolname::text as role_name,
    (quote_ident(n.nspname) || '.' || quote_ident(c.relname))::text as sequence_name,
    (has_sequence_privilege(r.oid, c.oid, 'select'))::text as may_read,
    (has_sequence_privilege(r.oid, c.oid, 'usage') or has_sequence_privilege(r.oid, c.oid, 'update'))::text as may_advance
from pg_catalog.pg_roles r
join pg_catalog.pg_class c on c.relkind = 'S'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where $1::jsonb -> 'runtime_roles' ? r.rolname::text
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
    and not coalesce($1::jsonb -> 'ignored_schemas', '[]') ? n.nspname::text
    and has_schema_privilege(r.oid, n.oid, 'usage')
    and has_sequence_privilege(r.oid, c.oid, 'select, usage, update')
    -- What an extension brought is the extension's.
    and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by r.rolname, n.nspname, c.relname
