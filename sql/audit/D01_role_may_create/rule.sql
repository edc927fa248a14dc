-- A runtime role may create in a schema, or schemas in the database: names can be planted where others look them up.
select
    x.object,
    r.name as role_name,
    format(
        '%s may create in %s (%s): what it plants there is found by unqualified names, also by those of definer functions',
        r.quoted, x.object, min(x.door)) as what,
    format(
        case
            when x.is_database then E'-- as %s\nbegin;\ncreate schema audit_probe; -- succeeds\nrollback;'
            else E'-- as %s\nbegin;\ncreate table %s.audit_probe (); -- succeeds\nrollback;'
        end, r.quoted, x.quoted) as reproduce,
    format(
        '%srevoke create on %s from %s;', case when count(x.owner) > 0 then '-- the owner must be another role, and then
' else '' end, x.object,
        case when bool_or(x.is_public) then 'public' else r.quoted end) as fix
from (
    select
        'schema ' || s.quoted as object, s.quoted, false as is_database, g.role, a.grantee = 0 as is_public,
        null::oid as owner,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from schema s
    cross join lateral aclexplode(s.acl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.privilege_type = 'CREATE' and a.grantee <> s.owner
    union all
    select 'schema ' || s.quoted, s.quoted, false, m.role, false, s.owner, 'owner: ' || m.path
    from schema s
    join role_reach m on m.reached = s.owner
    union all
    select
        'database ' || quote_ident(d.datname), quote_ident(d.datname), true, g.role, a.grantee = 0, null,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end
    from pg_catalog.pg_database d
    cross join lateral aclexplode(d.datacl) a
    join grantee_reach g on g.grantee = a.grantee
    where d.datname = current_database() and a.privilege_type = 'CREATE' and a.grantee <> d.datdba
    union all
    select 'database ' || quote_ident(d.datname), quote_ident(d.datname), true, m.role, false, d.datdba, 'owner: ' || m.path
    from pg_catalog.pg_database d
    join role_reach m on m.reached = d.datdba
    where d.datname = current_database()
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
-- Whoever is in the owner of tenant tables is told so by R03 and R04.
where x.owner is null or x.owner not in (select t.owner from tenant_table t)
group by x.object, x.quoted, x.is_database, r.name, r.quoted
