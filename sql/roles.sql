-- The roles of shikiri, and what each can never be. Run once per server by a DBA; safe to run again.

-- Owners own objects and cannot log in. Logins own nothing, are members of nothing, and create nothing.
do $$
declare
    r text;
begin
    foreach r in array array['shikiri_owner', 'shikiri_keeper'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = r) then
            execute format('create role %I nologin', r);
        end if;
        execute format('alter role %I nologin nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls', r);
    end loop;
    foreach r in array array['shikiri_migrator', 'shikiri_app', 'shikiri_checker', 'shikiri_operator', 'shikiri_auditor'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = r) then
            execute format('create role %I login', r);
        end if;
        execute format('alter role %I login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls', r);
    end loop;
end
$$;

-- NOINHERIT: the migrator holds no right of the owners until it says SET ROLE, which a log shows.
grant shikiri_owner, shikiri_keeper to shikiri_migrator;

-- The seal is held in a parameter that only the keeper may set (sql/seal/by_parameter.sql). Who bootstraps a managed
-- server may not grant it: then `migrate` seals by a MAC (sql/seal/by_mac.sql).
do $$
begin
    grant set on parameter backtrace_functions to shikiri_keeper;
exception
    when insufficient_privilege then
        raise notice 'shikiri: the parameter backtrace_functions was not granted; the seal will be held by a MAC';
end
$$;
