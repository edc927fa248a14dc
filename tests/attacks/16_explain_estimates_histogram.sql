-- The planner's estimates, as a view on everybody's values.
-- vector: EXPLAIN of a range of names that only B has against a range that nobody has, after ANALYZE
-- expect: one estimate for both: there are no statistics
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and customer_name >= 'CANARY' and customer_name < 'CANARZ'

-- as: a
-- oracle: range
explain (format json) select * from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB'

-- oracle: range
explain (format json) select * from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB'

-- rows: 0
select n.lines from (select count(*) as lines from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB') n where n.lines > 0
