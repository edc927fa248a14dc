-- Functions that a runtime role may execute, with the types of their arguments.
select
    r.rolname::text as role_name,
    p.oid::regprocedure::text as signature,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname) as call_name,
    (select string_agg(format_type(t.it, null), '|' order by t.at)
        from unnest(p.proargtypes) with ordinality as t (it, at))::text as argument_types,
    (select string_agg(coalesce(p.proargnames[t.at], ''), '|' order by t.at)
        from unnest(p.proargtypes) with ordinality as t (it, at))::text as argument_names,
    p.provolatile::text as volatility,
    (p.proretset)::text as returns_set
from pg_catalog.pg_roles r
join pg_catalog.pg_proc p on p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where $1::jsonb -> 'runtime_roles' ? r.rolname::text
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
    and not coalesce($1::jsonb -> 'ignored_schemas', '[]') ? n.nspname::text
    and has_function_privilege(r.oid, p.oid, 'execute')
    and has_schema_privilege(r.oid, n.oid, 'usage')
    and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    -- A function that makes an output of any type cannot be called by itself.
    and p.prorettype not in ('internal'::regtype, 'cstring'::regtype)
order by r.rolname, p.oid::regprocedure::text
