-- A partition addressed by its own name: the parent's policies do not apply to it.
-- vector: the child table of a partitioned one
-- expect: there is no partition; if there is one some day, it must be behind the wall too

-- as: a
-- sqlstate: 42P01
select e.tenant_id, e.detail from shikiri.audit_event_2026 e limit 100

-- rows: 0
select i.inhrelid::regclass from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relnamespace = 'shikiri'::regnamespace and c.relkind in ('r', 'p') and (has_table_privilege(c.oid, 'select') or not c.relforcerowsecurity)
