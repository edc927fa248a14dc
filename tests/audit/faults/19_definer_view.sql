-- View without security_invoker, owned by a superuser, granted to the app.
-- why: The view reads slips as its owner, who bypasses RLS.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slip_list where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

create view app.slip_list as select tenant_id, slip_no, customer_name, amount, due_date from app.slips;
grant select on app.slip_list to fault_user;
