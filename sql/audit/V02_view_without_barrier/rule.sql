-- A view is the wall of a tenant table, but has no security_barrier: a condition of the query may run before its filter.
select
    v.name as object,
    g.role_name,
    format(
        'its own condition is all that keeps tenants apart in %s, and without security_barrier a cheap function in the WHERE'
        || ' of %s is called with rows of every tenant first', v.relation_name, g.role_quoted) as what,
    format(
        E'-- as %s\nexplain verbose select * from %s where <a cheap function that tells what it sees>;\n'
        || '-- the function stands before the condition of the view', g.role_quoted, v.name) as reproduce,
    format('alter view %s set (security_barrier = true);', v.name) as fix
from view_bypass v
join reachable g on g.relation = v.view and g.privilege = 'SELECT'
where v.asks_helper and not v.is_barrier
group by v.name, v.relation_name, g.role_name, g.role_quoted
