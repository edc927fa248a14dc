-- A function of the attacker in WHERE, so cheap that the planner would like to run it first.
-- vector: a function that raises a notice with every value it is given
-- expect: it cannot be made; where it can, the security barrier runs the policy first

-- as: a
-- sqlstate: 42501
create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as $$ begin if $1 like 'CANARY%' then raise notice 'saw %', $1; end if; return true; end $$

set local enable_indexscan = off

set local enable_bitmapscan = off

-- sqlstate: 3F000 42883
select count(*) from shikiri.slip where pg_temp.leak(customer_name)

-- sqlstate: 3F000 42883
select count(*) from shikiri.slip a where exists (select from shikiri.slip b where pg_temp.leak(b.customer_name) and b.bill_number = a.bill_number)
