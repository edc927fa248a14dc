-- Which backend serves this transaction.
select pg_catalog.pg_backend_pid()::text as pid
