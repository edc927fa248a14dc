-- Columns of unique keys, the tenant column aside: a copy of a row needs new values there. Where a key has a column that
-- no foreign key binds, that one is enough.
select distinct
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as relation,
    quote_ident(a.attname) as column_name
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
cross join lateral (
    select
        exists (
            select from pg_catalog.pg_constraint f
            where f.conrelid = i.indrelid and f.contype = 'f' and a.attnum = any (f.conkey)
        ) as bound,
        exists (
            select from pg_catalog.pg_attribute o
            where o.attrelid = i.indrelid and o.attnum = any (i.indkey::smallint[])
                and not $1::jsonb -> 'tenant_columns' ? o.attname::text
                and not exists (
                    select from pg_catalog.pg_constraint f
                    where f.conrelid = i.indrelid and f.contype = 'f' and o.attnum = any (f.conkey)
                )
        ) as has_free
) x
where i.indisunique and n.nspname not in ('pg_catalog', 'information_schema')
    and not $1::jsonb -> 'tenant_columns' ? a.attname::text
    and (not x.bound or not x.has_free)
order by 1, 2
