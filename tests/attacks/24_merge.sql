-- MERGE against rows of B.
-- vector: matched with DELETE and UPDATE, not matched with INSERT into B
-- expect: 42501: nothing to update or delete with, and no insert into B

-- as: a
-- sqlstate: 42501
merge into shikiri.slip s using (values (:id_of_b, :bill_of_b)) v (t, b) on s.tenant_id = v.t and s.bill_number = v.b when matched and s.customer_name::integer = 1 then delete when not matched then do nothing

-- sqlstate: 42501
merge into shikiri.slip s using (values (:id_of_b, :bill_of_b)) v (t, b) on s.tenant_id = v.t and s.bill_number = v.b when matched then update set customer_name = 'pwn'

-- refused: 42501
merge into shikiri.slip s using (values (:id_of_b, :bill_of_b)) v (t, b) on false when not matched then insert (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (v.t, v.b, 0, 'x', 'x', false, 1)
