-- Writing into B.
-- vector: moving a row to B, updating, deleting, RETURNING, on every table
-- expect: 42501, or nothing touched
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_a and bill_number = :bill_of_a

-- as: a
-- refused: 42501
update shikiri.slip set tenant_id = :id_of_b where bill_number = :bill_of_a

-- rows: 0
-- sqlstate: 42501
update shikiri.slip set customer_name = 'pwn' where tenant_id = :id_of_b

-- rows: 0
-- sqlstate: 42501
delete from shikiri.slip where tenant_id = :id_of_b returning *

-- rows: 0
-- sqlstate: 42501
update shikiri.slip set amount_yen = amount_yen + 0 where bill_number = :bill_of_b returning *

-- sqlstate: 42501
update shikiri.export_state set state = 'ready'

-- sqlstate: 42501
update shikiri.audit_event set action = 'x'

-- sqlstate: 42501
delete from shikiri.audit_event

-- sqlstate: 42501
insert into shikiri.audit_event (tenant_id, seq, at, actor, action, object, detail, previous_hash, hash) values (:id_of_a, 999, now(), gen_random_uuid(), 'x', 'x', '{}', 'x', 'x')

-- sqlstate: 42501
insert into shikiri.export_check (tenant_id, export_id, row_count, amount_yen, tenant_count, rows_digest, agrees) values (:id_of_a, gen_random_uuid(), 0, 0, 0, 'x', true)
