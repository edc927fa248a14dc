-- Forgets keys that are older than a day.
delete from shikiri.idempotency_record r
where r.created_at < pg_catalog.clock_timestamp() - interval '24 hours'
returning r.tenant_id
