-- A runtime role was granted a command on a table with row security, and no permissive policy lets it do it.
select
    t.name as object,
    g.role_name,
    format(
        '%s was granted %s on %s, and no permissive policy is for it: reads find nothing and writes fail, without a word why',
        g.role_quoted, string_agg(g.privilege, ', ' order by g.privilege), t.name) as what,
    format(
        E'-- as %s\nexplain (costs off) select * from %s; -- One-Time Filter: false', g.role_quoted, t.name) as reproduce,
    format(
        E'revoke %s on %s from %s; -- or write the policy', string_agg(g.privilege, ', ' order by g.privilege), t.name,
        g.role_quoted) as fix
from tenant_table t
join (
    select distinct r.relation, r.role, r.role_name, r.role_quoted, r.privilege
    from reachable r
    where
        r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        and r.door_kind in ('grant', 'column grant')
        and not r.needs_set
) g on g.relation = t.oid
join role l on l.oid = g.role and not l.bypasses
where
    t.has_row_security
    -- None of the three is ever null, and `not in` is hashed once.
    and (g.relation, g.role, g.privilege) not in (
        select p.relation, b.role, k.privilege
        from policy p
        join policy_binds b on b.policy = p.oid
        join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) k (privilege, command) on
            p.command in ('*', k.command)
        where p.is_permissive
    )
group by t.oid, t.name, g.role, g.role_name, g.role_quoted
