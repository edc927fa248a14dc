-- Functions on planner statistics (18), and clearing or poisoning them.
-- vector: each of them, and VACUUM
-- expect: refused without ownership; there are no statistics to read

-- as: a
-- from: 18
-- refused: 42501
select pg_restore_relation_stats('schemaname', 'shikiri', 'relname', 'slip', 'reltuples', '1'::real)

-- from: 18
-- refused: 42501
select pg_clear_relation_stats('shikiri', 'slip')

-- from: 18
-- refused: 42501
select pg_clear_attribute_stats('shikiri', 'slip', 'customer_name', false)

-- from: 18
-- refused: 42501
select pg_restore_attribute_stats('schemaname', 'shikiri', 'relname', 'slip', 'attname', 'customer_name', 'inherited', false, 'null_frac', 0.1::real)

-- refused: 42501
alter table shikiri.slip alter column customer_name set statistics 100

-- refused: 42501
create statistics shikiri.x on tenant_id, customer_name from shikiri.slip

-- as: outside
-- sqlstate: 00000
analyze shikiri.slip

-- rows: 0
select s.attname from pg_stats s where s.schemaname = 'shikiri'
