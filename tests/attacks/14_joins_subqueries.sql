-- Complicated shapes of one query.
-- vector: set operations, recursion, LATERAL, windows, grouping sets, UPDATE FROM, DELETE USING, other tables of B
-- expect: no row of B in any of them
-- earned: select count(*) from shikiri.audit_event where tenant_id = :id_of_b
-- earned: select count(*) from shikiri.app_user where tenant_id = :id_of_b
-- earned: select count(*) from shikiri.tenant where tenant_id = :id_of_b

-- as: a
-- rows: 0
select s.customer_name from shikiri.slip s where s.customer_name like 'CANARY%' union all select e.action from shikiri.audit_event e where e.tenant_id <> :id_of_a limit 1

-- rows: 0
with recursive r as (select bill_number, customer_name from shikiri.slip where tenant_id = :id_of_b union select s.bill_number, s.customer_name from shikiri.slip s join r using (bill_number)) select * from r limit 1

-- rows: 0
select t.tenant_name, x.customer_name from shikiri.tenant t cross join lateral (select s.customer_name from shikiri.slip s where s.tenant_id = t.tenant_id and s.tenant_id <> :id_of_a limit 1) x

-- rows: 0
select tenant_id, count(*) from shikiri.slip group by grouping sets ((tenant_id), ()) having tenant_id = :id_of_b

-- rows: 0
select max(customer_name) over (order by tenant_id desc) from shikiri.slip where tenant_id >= :id_of_b limit 1

-- rows: 0
select (select string_agg(q.customer_name, ',') from (select s2.customer_name from shikiri.slip s2 where s2.tenant_id = :id_of_b limit 3) q) as t where exists (select from shikiri.slip where tenant_id = :id_of_b)

-- sqlstate: 42501
update shikiri.slip s set customer_name = x.customer_name from shikiri.slip x where x.tenant_id = :id_of_b and s.tenant_id = :id_of_a returning s.customer_name

-- sqlstate: 42501
delete from shikiri.slip s using shikiri.slip x where x.tenant_id = :id_of_b and s.bill_number = x.bill_number returning x.customer_name

-- rows: 0
select u.* from shikiri.app_user u where u.tenant_id = :id_of_b

-- rows: 0
select e.* from shikiri.audit_event e where e.tenant_id = :id_of_b

-- rows: 0
select t.tenant_name from shikiri.tenant t where t.tenant_id = :id_of_b

-- rows: 0
select t.tenant_name from shikiri.tenant t full join shikiri.app_user u using (tenant_id) where t.tenant_id <> :id_of_a or u.tenant_id <> :id_of_a

-- rows: 0
-- hardened: 42501
select query_to_xml('select customer_name from shikiri.slip where tenant_id <> :id_of_a', false, false, '') where exists (select from shikiri.slip where tenant_id <> :id_of_a)
