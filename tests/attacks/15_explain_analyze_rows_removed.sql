-- The counters of EXPLAIN ANALYZE, as an oracle for one bill number.
-- vector: a number that B has against one that nobody has, by index and by sequential scan
-- expect: the same counters; a sequential scan shows the row count of the whole table (volume only)

-- as: a
set local enable_seqscan = off

-- oracle: index
explain (analyze, costs off, timing off, summary off, buffers off) select * from shikiri.slip where bill_number = :bill_of_b

-- oracle: index
explain (analyze, costs off, timing off, summary off, buffers off) select * from shikiri.slip where bill_number = :bill_of_nobody

set local enable_seqscan = on

set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

set local max_parallel_workers_per_gather = 0

-- oracle: sequential
explain (analyze, costs off, timing off, summary off, buffers off) select * from shikiri.slip where bill_number = :bill_of_b

-- oracle: sequential
-- side-effect: "Rows Removed by Filter" is the row count of the whole table
explain (analyze, costs off, timing off, summary off, buffers off) select * from shikiri.slip where bill_number = :bill_of_nobody
