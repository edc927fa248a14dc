-- ON CONFLICT DO NOTHING as an oracle: one row or none.
-- vector: as A, with a bill number that B has and one that nobody has; as B, too
-- expect: as A one row both times; as B 42501 both times
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and bill_number = :bill_of_b

-- as: a
-- oracle: own
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_b, 0, 'x', 'x', false, 1) on conflict do nothing

-- oracle: own
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_nobody, 0, 'x', 'x', false, 1) on conflict do nothing

-- oracle: other
-- sqlstate: 42501
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_b, 0, 'x', 'x', false, 1) on conflict do nothing

-- oracle: other
-- sqlstate: 42501
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_nobody, 0, 'x', 'x', false, 1) on conflict do nothing
