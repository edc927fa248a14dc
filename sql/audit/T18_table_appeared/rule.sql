-- A table that a runtime role reaches and that the baseline does not name.
select
    r.name as object,
    null::text as role_name,
    format(
        '%s is not in the baseline, and %s may use it (%s): nobody has said yet whose rows it holds', r.name,
        string_agg(distinct a.role_quoted, ', '), min(a.door)) as what,
    format(E'-- as postgres\nselect relacl from pg_class where oid = %L::regclass;', r.name) as reproduce,
    format('-- look at %s, then write the baseline again', r.name) as fix
from relation r
cross join setting s
join reachable a on a.relation = r.oid
where
    r.kind in ('r', 'p', 'f', 'm', 'v')
    and s.baseline_tables is not null
    and r.plain_name <> all (s.baseline_tables)
group by r.oid, r.name
