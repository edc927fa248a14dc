-- The same with parameters.
-- vector: a request of B whose value travelled as a parameter
-- expect: only $1 is to be seen

-- on: aside
-- params: CANARY parameter of B
select pg_sleep(1.5), $1::text

-- as: a
-- rows: 1
-- hardened: 42501
select a.query from pg_stat_activity a where a.pid <> pg_backend_pid() and a.datname = current_database() and a.query like 'select pg_sleep(1.5)%'
