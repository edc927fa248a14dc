-- The application forgets to enter: nobody is bound, and the query runs.
-- vector: a transaction without a seal reads, counts and writes
-- expect: SK001, never an empty list: nobody would notice one

-- as: nobody
-- refused: SK001
select s.tenant_id, s.customer_name from shikiri.slip s limit 1

-- refused: SK001
select count(*) from shikiri.slip

-- refused: SK001
select s.customer_name from shikiri.slip s where false or s.bill_number = :bill_of_b

-- as: outside
-- refused: SK001
select s.customer_name from shikiri.slip s limit 1
