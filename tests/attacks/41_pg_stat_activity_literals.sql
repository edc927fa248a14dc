-- Reading other connections' query texts: one role sees its own in full.
-- vector: a request of B that was sent with literals
-- expect: it leaks: the application sends parameters only (documented, see 42); refused by the second tier

-- on: aside
select pg_sleep(1.5), 'CANARY literal of B'

-- as: a
-- residual: the text of a statement belongs to the role
-- hardened: 42501
select a.query from pg_stat_activity a where a.pid <> pg_backend_pid() and a.datname = current_database() and a.query like 'select pg_sleep(1.5)%'

-- residual: the same by the function under the view
-- hardened: 42501
select a.query from pg_stat_get_activity(null) a where a.pid <> pg_backend_pid() and a.query like 'select pg_sleep(1.5)%' and a.datid = (select d.oid from pg_database d where d.datname = current_database())
