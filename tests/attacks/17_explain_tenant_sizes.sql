-- EXPLAIN of one tenant's id shows the size of that tenant.
-- vector: the estimate for A's id against the one for B's, after ANALYZE
-- expect: one estimate for both

-- as: a
-- oracle: size
explain select * from shikiri.slip where tenant_id = :id_of_a

-- oracle: size
explain select * from shikiri.slip where tenant_id = :id_of_b
