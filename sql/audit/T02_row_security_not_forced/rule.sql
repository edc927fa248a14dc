-- A tenant table whose row security does not bind its owner.
select
    t.name as object,
    null::text as role_name,
    format(
        '%s is without FORCE: its owner %s, and every view, rule and definer function of that owner, sees all tenants',
        t.name, t.owner_name) as what,
    format(
        E'-- as postgres\nset role %s;\nselect %s, count(*) from %s group by 1; -- every tenant', t.owner_name,
        t.tenant_column_quoted, t.name) as reproduce,
    format('alter table %s force row level security;', t.name) as fix
from tenant_table t
where t.has_row_security and not t.is_forced
