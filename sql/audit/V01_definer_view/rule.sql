-- A view shows a tenant table with the rights of an owner whom no policy binds there.
select
    v.name as object,
    g.role_name,
    format(
        'it reads %s as %s, and %s: %s may %s through it rows of every tenant',
        v.relation_name, v.owner_name, v.reason, g.role_quoted, string_agg(distinct g.privilege, ', ')) as what,
    format(E'-- as %s\nselect count(*) from %s; -- rows of every tenant', g.role_quoted, v.name) as reproduce,
    format('alter view %s set (security_invoker = true, security_barrier = true);', v.name) as fix
from view_bypass v
join reachable g on g.relation = v.view and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
-- A view that filters by the context behind a barrier is a wall of its own.
where not (v.asks_helper and v.is_barrier)
group by v.name, v.relation_name, v.owner_name, v.reason, g.role_name, g.role_quoted
