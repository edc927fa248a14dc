-- A runtime role owns a tenant table: it can switch row security off, FORCE or not.
select
    t.name as object,
    r.name as role_name,
    format('%s owns %s: it can switch row security off there, FORCE or not', r.quoted, t.name) as what,
    format(
        E'-- as %s\nbegin;\nalter table %s disable row level security; -- succeeds\nrollback;',
        r.quoted, t.name) as reproduce,
    format('alter table %s owner to <a role that cannot log in>;', t.name) as fix
from tenant_table t
join runtime_role r on r.oid = t.owner
