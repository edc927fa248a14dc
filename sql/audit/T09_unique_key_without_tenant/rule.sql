-- A unique key or exclusion constraint of a tenant table that spans tenants, and whose values a runtime role can choose.
select
    t.name || ' ' || quote_ident(x.relname) as object,
    null::text as role_name,
    format(
        'the unique key %I of %s spans tenants: a duplicate-key error tells one tenant what another has', x.relname, t.name
    ) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (...) values (...); -- with a value that tenant B has: 23505',
        t.name) as reproduce,
    format(
        E'-- make (%s, ...) the key instead, then\n%s', t.tenant_column_quoted,
        coalesce(
            (
                select format('alter table %s drop constraint %I;', t.name, c.conname)
                from pg_catalog.pg_constraint c
                where c.conindid = i.indexrelid and c.conrelid = t.oid and c.contype in ('p', 'u', 'x')
                limit 1
            ),
            format('drop index %I.%I;', n.nspname, x.relname))) as fix
from tenant_table t
join pg_catalog.pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
join pg_catalog.pg_class x on x.oid = i.indexrelid and not x.relispartition
join pg_catalog.pg_namespace n on n.oid = x.relnamespace
where
    not t.tenant_attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
    -- Who cannot choose a value of the key cannot ask with it. A random uuid cannot be guessed.
    and exists (
        select
        from unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1]) k (attnum)
        left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
        join reachable r on
            r.relation = t.oid
            and r.privilege in ('INSERT', 'UPDATE')
            and (r.attnum is null or r.attnum = k.attnum or k.attnum = 0)
        where a.atttypid is distinct from 'pg_catalog.uuid'::regtype
    )
