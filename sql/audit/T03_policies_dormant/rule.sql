-- A tenant table with policies that are not applied, because row security is disabled.
select
    t.name as object,
    r.role_name,
    format(
        '%s has %s policies and row security is disabled: none is applied, and %s may %s every tenant''s rows (%s)',
        t.name, (select count(*) from policy p where p.relation = t.oid), min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door)) as what,
    format(
        E'-- as %s\nselect %s, count(*) from %s group by 1; -- more tenants than one', min(r.role_quoted),
        t.tenant_column_quoted, t.name) as reproduce,
    format(E'alter table %1$s enable row level security;\nalter table %1$s force row level security;', t.name) as fix
from tenant_table t
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    not t.has_row_security
    and exists (select from policy p where p.relation = t.oid)
group by t.oid, t.name, t.tenant_column_quoted, r.role_name
