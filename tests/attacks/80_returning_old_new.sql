-- RETURNING old and new (18), whole rows, rows as values.
-- vector: each of them on rows of B
-- expect: only A's rows; no right to update at all

-- as: a
-- from: 18
-- sqlstate: 42501
update shikiri.slip set amount_yen = amount_yen returning old.customer_name, old.tenant_id

-- sqlstate: 42501
update shikiri.slip s set amount_yen = s.amount_yen where s.tenant_id = :id_of_b returning s

-- rows: 0
select row_to_json(s) from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- rows: 0
select s::text from shikiri.slip s where (s).tenant_id = :id_of_b limit 1

-- from: 18
-- rows: 1
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_nobody, 0, 'x', 'x', false, 1) returning old.customer_name
