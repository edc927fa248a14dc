-- The accident itself: the session is cleared, and the query runs without its filter.
-- vector: MUFG Factor, March 2023: the exact query shape, no condition, the first 40,001 rows
-- expect: only A's rows

-- as: a
select s.tenant_id, s.bill_number, s.customer_name from shikiri.slip s order by s.bill_number, s.reissue_number limit 40001

-- rows: 0
select x.customer_name from (select * from shikiri.slip order by bill_number, reissue_number limit 40001) x where x.tenant_id <> :id_of_a

-- rows: 1
select x.tenant_id from (select * from shikiri.slip limit 40001) x group by x.tenant_id
