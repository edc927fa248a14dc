-- Costs are settings: make every operator free, and the order of conditions is the attacker's.
-- vector: casts of B's names with all costs zero, also in a join
-- expect: no value of B: leaky conditions keep their security level

-- as: a
set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

set local max_parallel_workers_per_gather = 0

set local cpu_operator_cost = 0

set local cpu_tuple_cost = 0

-- rows: 1
select count(*) from shikiri.slip where (array[regexp_replace(customer_name, '^淡路.*$', '1')])::integer[] is not null and customer_name >= 'CANARY' and customer_name < 'CANARZ'

-- rows: 1
select count(*) from shikiri.slip where regexp_replace(customer_name, '^淡路.*$', '1')::integer > 0 and customer_name >= 'CANARY' and customer_name < 'CANARZ'

-- rows: 0
select a.bill_number from shikiri.slip a, shikiri.slip b where (array[regexp_replace(b.customer_name, '^淡路.*$', '1')])::integer[] is not null and b.customer_name >= 'CANARY' and b.customer_name < 'CANARZ' limit 1
