-- A runtime role can read or write large objects: they have no rows, so no policy.
select
    'large objects' as object,
    r.name as role_name,
    format(
        '%s can %s %s large objects, the first is %s: row security knows nothing of them, so every tenant shares them',
        r.quoted, case when bool_or(x.writes) then 'read and write' else 'read' end, count(distinct x.oid), min(x.oid))
        as what,
    format(E'-- as %s\nselect length(lo_get(%s)); -- answers for every tenant', r.quoted, min(x.oid)) as reproduce,
    format(
        E'revoke all on large object %s from %s; -- and the others; keep files in a bytea column behind a policy',
        min(x.oid), r.quoted) as fix
from (
    select l.oid, g.role, a.privilege_type = 'UPDATE' as writes
    from pg_catalog.pg_largeobject_metadata l
    cross join lateral aclexplode(l.lomacl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> l.lomowner
    union all
    select l.oid, g.role, true
    from pg_catalog.pg_largeobject_metadata l
    join role_reach g on g.reached = l.lomowner
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
group by r.oid, r.name, r.quoted
