-- What a connection carries: registrations, locks and settings of the session.
select concat_ws(
    ' ',
    (select count(*) from pg_listening_channels()),
    (select count(*) from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid()),
    current_setting('statement_timeout'),
    current_setting('search_path'))
