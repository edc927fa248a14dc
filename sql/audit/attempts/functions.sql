-- Functions and procedures that a runtime role may execute, with the types of their arguments.
select
    r.rolname::text as role_name,
    p.oid::regprocedure::text as signature,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname) as call_name,
    (select string_agg(format_type(t.it, null), chr(31) order by t.at)
        from unnest(case when p.prokind = 'p' then coalesce(p.proallargtypes, p.proargtypes::oid[])
            else p.proargtypes::oid[] end) with ordinality as t (it, at))::text as argument_types,
    (select string_agg(coalesce(t.name, ''), chr(31) order by t.at)
        from (
            select p.proargnames[m.at] as name, m.at
            from generate_series(1, coalesce(cardinality(p.proargmodes), p.pronargs::integer)) m (at)
            where coalesce(p.proargmodes[m.at], 'i') in ('i', 'b', 'v') or p.prokind = 'p'
        ) t)::text as argument_names,
    p.provolatile::text as volatility,
    (p.proretset)::text as returns_set,
    (p.prokind = 'p')::text as is_procedure,
    (p.prosecdef)::text as is_definer,
    -- What the caller must give: what only comes out is not given, except to a procedure.
    (p.proargmodes is not null and 'v' = any (p.proargmodes))::text as is_variadic
from pg_catalog.pg_roles r
join pg_catalog.pg_proc p on p.prokind in ('f', 'p') and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
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
