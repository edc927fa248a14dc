-- Ending other tenants' connections: they are of one role.
-- vector: pg_cancel_backend and pg_terminate_backend on a connection of the same role
-- expect: it works (availability, documented); refused by the second tier

-- on: aside
-- sqlstate: 57014
-- hardened: 00000
select pg_sleep(1.5), 'connection of B'

-- as: a
-- side-effect: one role may cancel its own
-- hardened: 42501
select pg_cancel_backend(a.pid) from pg_stat_activity a where a.pid <> pg_backend_pid() and a.datname = current_database() and a.query like 'select pg_sleep(1.5)%'

-- side-effect: one role may end its own
-- hardened: 42501
select pg_terminate_backend(0)
