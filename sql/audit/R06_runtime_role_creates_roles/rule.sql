-- A runtime role may create roles and grant memberships.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format(
        case
            when current_setting('server_version_num')::integer < 160000
                then '%s has CREATEROLE: before PostgreSQL 16 it can grant itself every role that is no superuser, owners of tables too'
            else '%s has CREATEROLE: it can make logins of its own and change every role it has ADMIN on'
        end, r.quoted) as what,
    format(
        E'-- as %s\nbegin;\ncreate role audit_probe login; -- succeeds\nrollback;', r.quoted) as reproduce,
    format('alter role %s nocreaterole;', r.quoted) as fix
from runtime_role r
where r.has_createrole and not r.is_superuser
