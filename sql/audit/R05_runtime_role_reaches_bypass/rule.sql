-- A runtime role can become, or inherits from, a role that row security does not bind.
select
    'role ' || b.quoted as object,
    r.name as role_name,
    format(
        '%s reaches %s (%s), which %s: every policy is gone after SET ROLE', r.quoted, b.quoted, m.path,
        case when b.is_superuser then 'is a superuser' else 'has BYPASSRLS' end) as what,
    format(
        E'-- as %s\nset role %s;\nselect rolsuper or rolbypassrls from pg_roles where rolname = current_user; -- t',
        r.quoted, b.quoted) as reproduce,
    format('revoke %s from %s;', m.first_hop, r.quoted) as fix
from role_reach m
join runtime_role r on r.oid = m.role and not r.bypasses
join role b on b.oid = m.reached and b.bypasses
