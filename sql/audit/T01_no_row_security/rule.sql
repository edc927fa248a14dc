-- A tenant table without row security and without a policy, and a runtime role has a door to its rows.
select
    t.name as object,
    r.role_name,
    format(
        '%s has no row security, and %s may %s every tenant''s rows (%s)%s', t.name, min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door),
        case when t.parent is not null then '; the policies of its parent do not count when it is named itself' else '' end
    ) as what,
    format(
        E'-- as %s\nselect %s, count(*) from %s group by 1; -- more tenants than one', min(r.role_quoted),
        t.tenant_column_quoted, t.name) as reproduce,
    format(
        E'alter table %1$s enable row level security;\nalter table %1$s force row level security;\n-- and a policy, or: revoke all on %1$s from %2$s;',
        t.name, min(r.role_quoted)) as fix
from tenant_table t
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    not t.has_row_security
    and not exists (select from policy p where p.relation = t.oid)
group by t.oid, t.name, t.parent, t.tenant_column_quoted, r.role_name
