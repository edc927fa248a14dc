-- The second tier, for servers with a real superuser: closes side doors of Postgres that know no tenants.
-- Nothing here is needed to keep rows apart. Run it in the service's database after `shikiri migrate`, and `shikiri migrate`
-- after it: the wall's digest sees these grants. Safe to run again.
-- What stays: volume figures, NOTIFY as a command, and ALTER ROLE on oneself (use certificates, not a stored password).

-- Functions that reach across connections (end them, read their statements and locks), objects outside row
-- security (large objects, notifications, the log of writes), and those that run a text as a query.
do $$
declare
    it regprocedure;
begin
    for it in
        select p.oid
        from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any (array[
            'pg_terminate_backend', 'pg_cancel_backend',
            'pg_stat_get_activity', 'pg_stat_get_backend_activity', 'pg_lock_status', 'pg_blocking_pids',
            'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_get', 'lo_open', 'lo_unlink', 'loread', 'lowrite',
            'lo_lseek', 'lo_lseek64', 'lo_tell', 'lo_tell64', 'lo_truncate', 'lo_truncate64',
            'pg_notify', 'pg_logical_emit_message',
            'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml', 'cursor_to_xmlschema',
            'table_to_xml', 'table_to_xmlschema', 'table_to_xml_and_xmlschema'])
    loop
        execute format('revoke execute on function %s from public', it);
    end loop;
end
$$;
revoke select on pg_stat_activity, pg_locks from public;

-- Monitoring goes on: its role keeps what it reads.
grant select on pg_stat_activity, pg_locks to pg_monitor;
grant execute on function pg_stat_get_activity(integer), pg_stat_get_backend_activity(integer), pg_lock_status() to pg_monitor;

-- What the server counts of whole tables tells who did something, and that a login exists; `currtid2` follows the versions of a
-- row without its policy.
do $$
declare
    it regprocedure;
begin
    for it in
        select p.oid
        from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace
            and (p.proname like 'pg\_stat\_get\_%' and p.proargtypes = '26'::oidvector or p.proname = 'currtid2')
    loop
        execute format('revoke execute on function %s from public', it);
        execute format('grant execute on function %s to pg_monitor', it);
    end loop;
end
$$;

-- A DO block tries thousands of things in one statement. Functions that exist run as before.
revoke usage on language plpgsql from public;
grant usage on language plpgsql to shikiri_keeper, shikiri_owner, shikiri_migrator;

-- Credentials travel as parameters: keep parameters out of the server's log. preflight() knows this one setting.
do $$
declare
    r text;
begin
    foreach r in array array['shikiri_app', 'shikiri_checker', 'shikiri_operator'] loop
        execute format('alter role %I in database %I set log_parameter_max_length = 0', r, current_database());
    end loop;
end
$$;
