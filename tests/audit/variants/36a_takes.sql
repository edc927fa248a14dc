-- UPDATE takes any row, and the tenant cannot be read.
-- over: 1_base

drop policy tenant_isolation on app.slips;
create policy s on app.slips for select to fault_user
    using (tenant_id = (select app.current_tenant()));
create policy u on app.slips for update to fault_user
    using (true)
    with check (tenant_id = (select app.current_tenant()));
create policy i on app.slips for insert to fault_user
    with check (tenant_id = (select app.current_tenant()));
create policy d on app.slips for delete to fault_user
    using (tenant_id = (select app.current_tenant()));
revoke select on app.slips from fault_user;
grant select (slip_no) on app.slips to fault_user;
