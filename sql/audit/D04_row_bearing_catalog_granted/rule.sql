-- A runtime role may read a system catalog that holds values of rows, or verifiers of passwords.
select
    'pg_catalog.' || c.relname as object,
    r.name as role_name,
    format('%s may read pg_catalog.%s (%s), which holds %s', r.quoted, c.relname, min(x.door), k.holds) as what,
    format(E'-- as %s\nselect count(*) from pg_catalog.%s; -- answers', r.quoted, c.relname) as reproduce,
    format('revoke all on pg_catalog.%s from %s;', c.relname, case when bool_or(x.is_public) then 'public' else r.quoted end)
        as fix
from (
    values
        ('pg_statistic', 'the most common values of every column of every tenant'),
        ('pg_statistic_ext_data', 'common combinations of values of every tenant'),
        ('pg_largeobject', 'the bytes of every large object'),
        ('pg_authid', 'password verifiers'),
        ('pg_shadow', 'password verifiers'),
        ('pg_user_mapping', 'passwords for foreign servers')
) k (name, holds)
join pg_catalog.pg_class c on c.relname = k.name and c.relnamespace = 'pg_catalog'::regnamespace
join (
    select
        p.oid, g.role, a.grantee = 0 as is_public,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from pg_catalog.pg_class p
    cross join lateral aclexplode(p.relacl) a
    join grantee_reach g on g.grantee = a.grantee
    where p.relnamespace = 'pg_catalog'::regnamespace and a.grantee <> p.relowner and a.privilege_type = 'SELECT'
    union all
    select
        t.attrelid, g.role, a.grantee = 0,
        case when a.grantee = 0 then 'column grant to public' else 'column grant: ' || g.path end
    from pg_catalog.pg_attribute t
    join pg_catalog.pg_class p on p.oid = t.attrelid and p.relnamespace = 'pg_catalog'::regnamespace
    cross join lateral aclexplode(t.attacl) a
    join grantee_reach g on g.grantee = a.grantee
    where
        a.privilege_type = 'SELECT'
        -- Columns that hold a value, a secret or a page; Postgres itself grants harmless ones to everybody.
        and t.attname ~ '^(stavalues[1-5]|stxd(ndistinct|dependencies|mcv|expr)|data|rolpassword|passwd|umoptions)$'
) x on x.oid = c.oid
join runtime_role r on r.oid = x.role and not r.is_superuser
group by c.relname, k.holds, r.name, r.quoted
