-- A leaky function behind a CaseTestExpr, taken for leakproof before 18.7 and 15.20 (CVE-2026-116327).
-- vector: array coercion and CASE as filters, sequential scan forced
-- expect: the policy is the cheapest condition there is and runs first; no value of B in an error

-- as: a
set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

set local max_parallel_workers_per_gather = 0

-- rows: 1
select count(*) from shikiri.slip where (array[case when customer_name like 'CANARY%' then customer_name else '1' end])::integer[] is not null

-- rows: 1
select count(*) from shikiri.slip where (array[regexp_replace(replace(customer_name, 'CANARY', 'CANARY'), '^淡路.*$', '1')])::integer[] is not null and customer_name > 'CANARY' and customer_name < 'CANARZ'

-- rows: 1
select count(*) from shikiri.slip where (array[regexp_replace(customer_name, '^淡路.*$', '1')])::integer[] is not null and customer_name >= 'CANARY' and customer_name < 'CANARZ'

-- rows: 1
select count(*) from shikiri.slip where (string_to_array(regexp_replace(customer_name, '^淡路.*$', '1'), ' '))::integer[] is not null and customer_name >= 'CANARY' and customer_name < 'CANARZ'
