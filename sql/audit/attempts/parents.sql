-- Foreign keys of one column: by which of its columns a child names its parent.
select
    (n.nspname || '.' || c.relname)::text as child,
    a.attname::text as child_column,
    (pn.nspname || '.' || p.relname)::text as parent,
    quote_ident(b.attname)::text as parent_column
from pg_catalog.pg_constraint f
join pg_catalog.pg_class c on c.oid = f.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class p on p.oid = f.confrelid
join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
join pg_catalog.pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[1]
where f.contype = 'f' and cardinality(f.conkey) = 1 and $1::jsonb is not null
order by 1, 2, 3
