-- A runtime role may open a replication connection: changes and whole clusters without row security.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s has REPLICATION: a replication slot or a base backup carries every tenant, policies or not', r.quoted) as what,
    format(
        E'-- as %s, in a shell\npsql "dbname=%s user=%1$s replication=database" -c "identify_system" # answers',
        r.quoted, current_database()) as reproduce,
    format('alter role %s noreplication;', r.quoted) as fix
from runtime_role r
where r.has_replication and not r.is_superuser
