-- SELECT policy USING (true).
-- why: RLS shows as on with a policy, but the policy admits every row.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

drop policy tenant_isolation on app.slips;
create policy slips_sel on app.slips for select to fault_user
    using (true);
create policy slips_ins on app.slips for insert to fault_user
    with check (tenant_id = (select app.current_tenant()));
create policy slips_upd on app.slips for update to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
create policy slips_del on app.slips for delete to fault_user
    using (tenant_id = (select app.current_tenant()));
