-- ON CONFLICT DO UPDATE runs the attacker's expression on the row in the way (CVE-2026-120154).
-- vector: a cast error in WHERE and SET, on every key A may use
-- expect: no right to update at all, so 42501; and no conflict of A with a row of B

-- as: a
-- sqlstate: 42501 42P10
insert into shikiri.slip as s (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_b, 0, 'x', 'x', false, 1) on conflict (bill_number, reissue_number) do update set customer_name = 'pwn' where s.customer_name::integer = 1

-- sqlstate: 42501
insert into shikiri.slip as s (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_b, 0, 'x', 'x', false, 1) on conflict on constraint slip_pkey do update set customer_name = 'pwn' where s.customer_name::integer = 1

-- sqlstate: 42501
insert into shikiri.slip as s (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_b, 0, 'x', 'x', false, 1) on conflict on constraint slip_pkey do update set customer_name = 'pwn' where s.customer_name::integer = 1

-- sqlstate: 42501
insert into shikiri.slip as s (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_b, :bill_of_b, 0, 'x', 'x', false, 1) on conflict on constraint slip_pkey do update set customer_name = s.customer_name::integer::text

-- refused: 42501 42P10
insert into shikiri.slip as s (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) values (:id_of_a, :bill_of_b, 0, 'x', 'x', false, 1) on conflict (bill_number, reissue_number) do update set customer_name = 'pwn' where s.customer_name like 'ZZZ%'
