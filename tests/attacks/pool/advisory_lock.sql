-- Attack 66: a lock of the session is left on the connection.
select pg_advisory_lock(7)::text
