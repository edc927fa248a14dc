-- Columns of unique keys, the tenant column aside.
select distinct
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as relation,
    quote_ident(a.attname) as column_name
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
where i.indisunique and n.nspname not in ('pg_catalog', 'information_schema')
    and not $1::jsonb -> 'tenant_columns' ? a.attname::text
order by 1, 2
