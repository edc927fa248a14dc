-- A unique key as an oracle.
-- vector: A registers a bill number that B already has, and one that nobody has
-- expect: both succeed: the key starts with tenant_id
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and bill_number = :bill_of_b

-- as: a
-- oracle: insert
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_b, 0, 'x', 'x', false, 1)

-- oracle: insert
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_nobody, 0, 'x', 'x', false, 1)
