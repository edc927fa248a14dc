-- A definer view filters by tenant itself, without security_barrier.
-- why: A cheap function in the caller's WHERE runs before the view's filter and sees other tenants' values.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: create function pg_temp.peek(t text) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice 'saw %', t; return true; end $$;
-- proof: select count(*) from app.my_slips where pg_temp.peek(customer_name);
-- expect-part: said saw Bando 1

create view app.my_slips as select * from app.slips where tenant_id = app.current_tenant();
grant select on app.my_slips to fault_user;
