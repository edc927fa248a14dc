-- Policy has OR current_setting('app.is_admin') = 'on'.
-- why: Any session may SET a custom setting: it is not a privilege.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: set app.is_admin = 'on';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant()) or current_setting('app.is_admin', true) = 'on')
    with check (tenant_id = (select app.current_tenant()));
