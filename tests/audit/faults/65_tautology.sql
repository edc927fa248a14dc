-- tenant_id = current OR tenant_id IS NOT NULL.
-- why: Always true because the column is NOT NULL, but no literal true in sight.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant()) or tenant_id is not null)
    with check (tenant_id = (select app.current_tenant()));
