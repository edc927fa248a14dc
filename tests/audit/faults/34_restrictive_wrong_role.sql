-- Isolation is a RESTRICTIVE policy TO the wrong role.
-- why: The floor binds fault_batch only; the app has a permissive USING (true).
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

create role fault_batch nologin;
drop policy tenant_isolation on app.slips;
create policy allow on app.slips for all to fault_user
    using (true)
    with check (true);
create policy tenant_isolation on app.slips as restrictive for all to fault_batch
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
