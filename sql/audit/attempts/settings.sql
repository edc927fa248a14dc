-- Custom settings that policies and functions read or write: whoever may run SQL may set them.
select distinct m.it[1]::text as setting_name
from (
    select coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
    from pg_catalog.pg_policy p
    union all
    select p.prosrc
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema')
    union all
    select pg_get_viewdef(c.oid)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
) t (text)
cross join lateral regexp_matches(t.text, '(?:current_setting|set_config)\(''([a-z_][a-z0-9_]*\.[a-z_][a-z0-9_.]*)''', 'gi') m (it)
where $1::jsonb is not null
order by 1
