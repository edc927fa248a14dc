-- FOR ALL with tenant USING but WITH CHECK (amount >= 0).
-- why: The explicit WITH CHECK replaces USING for new rows: writes to other tenants pass.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: insert into app.slips values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'forged', 'x', 1, '2027-01-01');
-- proof: select 'inserted';
-- expect: affected 1 / inserted

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (amount >= 0);
