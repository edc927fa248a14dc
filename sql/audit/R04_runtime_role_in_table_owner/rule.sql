-- A runtime role is, through any number of memberships, in a role that owns tenant tables.
select
    'role ' || o.quoted as object,
    r.name as role_name,
    format(
        '%s is in %s (%s), which owns %s of the tenant tables, %s among them: it can switch row security off there',
        r.quoted, o.quoted, m.path, t.tables, t.one) as what,
    format(
        E'-- as %s\nbegin;\n%salter table %s disable row level security; -- succeeds\nrollback;',
        r.quoted, case when m.needs_set then format(E'set local role %s;\n', o.quoted) else '' end, t.one) as reproduce,
    format('revoke %s from %s;', m.first_hop, r.quoted) as fix
from role_reach m
join runtime_role r on r.oid = m.role and not r.is_superuser
join role o on o.oid = m.reached and not o.bypasses
join (
    select tt.owner, count(*) as tables, min(tt.name) as one
    from tenant_table tt
    group by tt.owner
) t on t.owner = o.oid
where m.role <> m.reached
