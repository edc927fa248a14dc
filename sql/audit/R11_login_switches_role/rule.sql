-- A runtime login reaches tenant data only after SET ROLE: RESET ROLE, and SET ROLE to a sibling, are open to every statement.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format(
        '%s reaches %s only after SET ROLE (%s): RESET ROLE leaves that role, and SET ROLE to any of %s roles is open to every statement',
        r.quoted, x.one, x.door, (select count(*) from role_reach m where m.role = r.oid and m.role <> m.reached)) as what,
    format(
        E'-- as %s\nselect count(*) from %s; -- 42501\nset role <role>; reset role; -- both succeed', r.quoted, x.one) as reproduce,
    format(
        '-- grant the privileges to %s itself and revoke its memberships, or use one login for each role', r.quoted) as fix
from (
    select p.role, min(t.name) as one, min(p.door) as door
    from reachable p
    join tenant_table t on t.oid = p.relation
    group by p.role
    having bool_and(p.needs_set) and bool_or(p.door_kind in ('grant', 'column grant', 'predefined role'))
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
