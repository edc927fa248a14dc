-- Policy has "tenant IS NULL OR ...".
-- why: The 2023 accident in one line: the condition is cleared, so everything matches.
-- kind: leak
-- proof-role: fault_user
-- proof: reset all;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using ((select app.current_tenant()) is null or tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
