-- A condition holds a subquery that fails when it runs; it runs only when a cheaper condition before it met a row.
-- vector: A's own valid seal, a sequential scan, a range of B's names and a witness: division by zero, or EXPLAIN's "never executed"
-- expect: the policy is the first condition of all, so the witness sees no row of B
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and customer_name >= 'CANA' and customer_name < 'CANB'

-- as: a
set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

set local max_parallel_workers_per_gather = 0

-- oracle: error
select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB' and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: error
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB' and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: any
select count(*) from shikiri.slip where customer_name >= any (array['CANA']) and customer_name < any (array['CANB']) and amount_yen >= any (array[(select 1 / (count(*)::integer * 0) from pg_class)])

-- oracle: any
select count(*) from shikiri.slip where customer_name >= any (array['CBNA']) and customer_name < any (array['CBNB']) and amount_yen >= any (array[(select 1 / (count(*)::integer * 0) from pg_class)])

-- oracle: explain
explain (analyze, costs off, timing off, summary off, buffers off) select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB' and amount_yen >= (select 1)

-- oracle: explain
explain (analyze, costs off, timing off, summary off, buffers off) select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB' and amount_yen >= (select 1)

-- oracle: equal
-- sqlstate: 00000 22012
select count(*) from shikiri.slip where bill_number = :bill_of_b and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: equal
-- sqlstate: 00000 22012
select count(*) from shikiri.slip where bill_number = :bill_of_nobody and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: own
-- sqlstate: 22012
select count(*) from shikiri.slip where customer_name >= '淡路' and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

set local cpu_operator_cost = 0

-- oracle: costless
select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB' and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: costless
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB' and amount_yen >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: event
select count(*) from shikiri.audit_event where tenant_id >= :id_of_b and action <= 'zz' and seq >= (select 1 / (count(*)::integer * 0) from pg_class)

-- oracle: event
select count(*) from shikiri.audit_event where tenant_id >= 99 and action <= 'zz' and seq >= (select 1 / (count(*)::integer * 0) from pg_class)
