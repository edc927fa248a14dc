-- Keys and references that do not carry the tenant: what may collide with, or point at, another tenant's rows.
select
    k.kind::text as kind,
    k.relation::text as relation,
    k.key_name::text as key_name,
    k.columns::text as columns,
    k.target::text as target,
    k.target_columns::text as target_columns
from (
    select
        'unique' as kind,
        i.indrelid as relid,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname) as relation,
        x.relname as key_name,
        (select string_agg(quote_ident(a.attname), chr(31) order by u.at)
            from unnest(i.indkey) with ordinality as u (num, at)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.num
            where u.at <= i.indnkeyatts) as columns,
        null as target,
        null as target_columns,
        i.indkey::smallint[] as nums
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where i.indisunique and not 0 = any (i.indkey::smallint[])
    union all
    select
        'reference',
        f.conrelid,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname),
        f.conname,
        (select string_agg(quote_ident(a.attname), chr(31) order by u.at)
            from unnest(f.conkey) with ordinality as u (num, at)
            join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = u.num),
        (select quote_ident(tn.nspname) || '.' || quote_ident(tc.relname)
            from pg_catalog.pg_class tc join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
            where tc.oid = f.confrelid),
        (select string_agg(quote_ident(a.attname), chr(31) order by u.at)
            from unnest(f.confkey) with ordinality as u (num, at)
            join pg_catalog.pg_attribute a on a.attrelid = f.confrelid and a.attnum = u.num),
        f.conkey
    from pg_catalog.pg_constraint f
    join pg_catalog.pg_class c on c.oid = f.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where f.contype = 'f' and f.conparentid = 0
) k
where not exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = k.relid and a.attnum = any (k.nums) and $1::jsonb -> 'tenant_columns' ? a.attname::text)
    and exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = k.relid and not a.attisdropped and $1::jsonb -> 'tenant_columns' ? a.attname::text)
order by k.kind, k.relation, k.key_name
