-- What each runtime role holds on each relation, and by which door it came.
select
    r.rolname::text as role_name,
    c.oid::text as oid,
    (has_schema_privilege(r.oid, c.relnamespace, 'usage'))::text as reaches_schema,
    (has_table_privilege(r.oid, c.oid, 'select'))::text as may_select,
    (select string_agg(quote_ident(a.attname), chr(31) order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege(r.oid, c.oid, a.attnum, 'select'))::text as select_columns,
    (select string_agg(quote_ident(a.attname), chr(31) order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
            and has_column_privilege(r.oid, c.oid, a.attnum, 'insert'))::text as insert_columns,
    (select string_agg(quote_ident(a.attname), chr(31) order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
            and has_column_privilege(r.oid, c.oid, a.attnum, 'update'))::text as update_columns,
    (has_table_privilege(r.oid, c.oid, 'delete'))::text as may_delete,
    (has_table_privilege(r.oid, c.oid, 'truncate'))::text as may_truncate,
    case
        when r.rolsuper then 'superuser'
        when c.relowner = r.oid then 'owner'
        when exists (select from aclexplode(c.relacl) x where x.grantee = r.oid) then 'grant'
        when exists (select from pg_catalog.pg_attribute a, aclexplode(a.attacl) x
            where a.attrelid = c.oid and x.grantee = r.oid) then 'column grant'
        when exists (select from aclexplode(c.relacl) x where x.grantee = 0) then 'PUBLIC'
        when pg_has_role(r.oid, c.relowner, 'usage') then 'member of owner ' || pg_get_userbyid(c.relowner)
        else coalesce((select 'member of ' || string_agg(distinct pg_get_userbyid(x.grantee)::text, ', ')
            from aclexplode(c.relacl) x where x.grantee <> 0 and pg_has_role(r.oid, x.grantee, 'usage')), 'predefined role')
    end::text as door
from pg_catalog.pg_roles r
join pg_catalog.pg_class c on c.relkind in ('r', 'p', 'v', 'm', 'f')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where $1::jsonb -> 'runtime_roles' ? r.rolname::text
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
    and not coalesce($1::jsonb -> 'ignored_schemas', '[]') ? n.nspname::text
order by r.rolname, c.oid
