-- Lends this transaction's snapshot to the checker.
select pg_catalog.pg_export_snapshot() as snapshot
