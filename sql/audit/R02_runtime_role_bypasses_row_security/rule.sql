-- A runtime role has the attribute that switches every policy off for it.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s has BYPASSRLS: no policy of any table is applied to it', r.quoted) as what,
    format(
        E'-- as %s\nselect rolbypassrls from pg_roles where rolname = current_user; -- t', r.quoted) as reproduce,
    format('alter role %s nobypassrls;', r.quoted) as fix
from runtime_role r
where r.has_bypassrls and not r.is_superuser
