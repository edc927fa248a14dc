-- Inserting into B.
-- vector: with a bill number that B has and one that nobody has; with values that break a check, too
-- expect: 42501 every time, before any index or constraint is touched
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and bill_number = :bill_of_b

-- as: a
-- oracle: insert
-- refused: 42501
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_b, 0, 'x', 'x', false, 1)

-- oracle: insert
-- refused: 42501
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_nobody, 0, 'x', 'x', false, 1)

-- refused: 42501
insert into shikiri.idempotency_record (tenant_id, user_id, route, idempotency_key, body_digest, result_ids) values (:id_of_b, gen_random_uuid(), 'x', 'x', 'x', '{}')
