-- A runtime role is a superuser: no policy and no privilege binds it.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s is a superuser: row security, FORCE and every missing grant mean nothing to it', r.quoted) as what,
    format(E'-- as %s\nshow is_superuser; -- on', r.quoted) as reproduce,
    format('alter role %s nosuperuser;', r.quoted) as fix
from runtime_role r
where r.is_superuser
