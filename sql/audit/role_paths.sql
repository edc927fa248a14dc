-- What each login can become, by memberships and SET ROLE, and what being that role means here.
select
    l.name as login,
    m.name as reaches,
    p.path as path,
    array_to_string(
        array[
            case when m.is_superuser then 'superuser' end,
            case when m.has_bypassrls then 'bypasses row security' end,
            case when m.has_createrole then 'makes roles' end,
            case when m.has_replication then 'replicates' end,
            (
                select format('owns %s tenant tables', count(*))
                from tenant_table t
                where t.owner = m.oid
                having count(*) > 0
            ),
            case when m.oid in (select r.oid from runtime_role r) then 'runtime role' end
        ],
        ', ') as means
from role_reach p
join role l on l.oid = p.role
join role m on m.oid = p.reached
order by 1, 2
