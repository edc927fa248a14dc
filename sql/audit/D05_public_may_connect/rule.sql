-- Everybody who can log in to the server may connect to this database, or make temporary objects in it.
select
    'database ' || quote_ident(d.datname) as object,
    null::text as role_name,
    format(
        'PUBLIC has %s on the database %I: a login made for another database gets in, and temporary names come first in many a search path',
        string_agg(distinct a.privilege_type, ', '), d.datname) as what,
    format(E'-- any login\nselect has_database_privilege(%L, ''connect''), has_database_privilege(%1$L, ''temp'');', d.datname)
        as reproduce,
    format('revoke all on database %I from public; -- and grant connect to the logins that need it', d.datname) as fix
from pg_catalog.pg_database d
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
where d.datname = current_database() and a.grantee = 0
group by d.datname
