-- A foreign key from a tenant table to a tenant table that does not compare the tenant columns.
select
    t.name || ' ' || quote_ident(c.conname) as object,
    null::text as role_name,
    format(
        'the foreign key %I of %s refers to %s without comparing %s: a row may point at another tenant''s row, and tells that it exists',
        c.conname, t.name, p.name, p.tenant_column_quoted) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (...) values (...); -- with a key of a row of tenant B: accepted',
        t.name) as reproduce,
    format(
        E'-- %s needs a unique key (%s, ...) first\nalter table %s drop constraint %I;\nalter table %3$s add foreign key (%5$s, ...) references %1$s (%2$s, ...);',
        p.name, p.tenant_column_quoted, t.name, c.conname, t.tenant_column_quoted) as fix
from pg_catalog.pg_constraint c
join tenant_table t on t.oid = c.conrelid
join tenant_table p on p.oid = c.confrelid
cross join setting s
where
    c.contype = 'f'
    and c.conparentid = 0
    and exists (select from reachable r where r.relation = t.oid and r.privilege in ('INSERT', 'UPDATE'))
    and not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = p.tenant_attnum
    )
    -- A child that is declared by its parent belongs to whom the parent belongs.
    and not (c.conkey = array[t.tenant_attnum] and coalesce(s.tenant_tables ->> t.plain_name = t.tenant_column, false))
