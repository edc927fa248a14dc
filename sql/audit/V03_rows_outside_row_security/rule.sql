-- A materialised view of a tenant table, or a foreign table with a tenant column, is granted: row security knows neither.
select
    v.name as object,
    g.role_name,
    case v.kind
        when 'm' then format(
            'it keeps rows of %s as they were for whoever refreshed it, and no policy can be put on it: %s may read them all',
            min(t.name), g.role_quoted)
        else format(
            'its rows come from elsewhere, and no policy can be put on it: %s may %s rows of every tenant there',
            g.role_quoted, string_agg(distinct g.privilege, ', '))
    end as what,
    format(E'-- as %s\nselect count(*) from %s; -- rows of every tenant', g.role_quoted, v.name) as reproduce,
    format('revoke all on %s from %s;', v.name, g.role_quoted) as fix
from relation v
join reachable g on g.relation = v.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
cross join setting s
left join view_reads r on r.view = v.oid
left join tenant_table t on t.oid = r.relation
where
    v.plain_name <> all (s.shared_tables)
    and (
        (v.kind = 'm' and t.oid is not null)
        or (
            v.kind in ('m', 'f')
            and exists (
                select from pg_catalog.pg_attribute a
                where a.attrelid = v.oid and a.attnum > 0 and a.attname::text = any (s.tenant_columns)
            )
        )
    )
group by v.name, v.kind, g.role_name, g.role_quoted
