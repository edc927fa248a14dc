-- Rights that row security does not know: TRUNCATE, REFERENCES, TRIGGER, LOCK.
-- vector: each of them, and each right in the catalogue
-- expect: 42501; a LOCK of the one table A may delete from works (availability only)

-- as: a
-- refused: 42501
truncate shikiri.slip

-- refused: 42501
truncate shikiri.audit_event cascade

-- rows: 0
select t.relname, p from pg_class t, unnest(array['truncate', 'references', 'trigger']) p where t.relnamespace = 'shikiri'::regnamespace and t.relkind in ('r', 'p') and has_table_privilege(t.oid, p)

set local lock_timeout = '200ms'

-- sqlstate: 42501
lock table shikiri.slip in access exclusive mode

-- side-effect: a DELETE right is a right to lock: availability
-- sqlstate: 00000
lock table shikiri.idempotency_record in access exclusive mode
