-- A runtime role owns a tenant table: it can switch row security off, FORCE or not.
select
    t.name as object,
    r.name as role_name,
    format('%s owns %s: whoever can send SQL as %1$s can switch its row security off', r.quoted, t.name) as what,
    format(
        'begin; set role %s; alter table %s disable row level security; -- succeeds: %1$s is the owner'
        || E'\nrollback;', r.quoted, t.name) as reproduce,
    format('alter table %s owner to <a role that cannot log in>;', t.name) as fix
from tenant_table t
join runtime_role r on r.oid = t.owner
