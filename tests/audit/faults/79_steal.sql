-- UPDATE meets every row, and WITH CHECK only asks that it be one's own afterwards.
-- why: setting the tenant to oneself reads no column and takes every row
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: update app.slips set tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- expect: affected 6

drop policy tenant_isolation on app.slips;
create policy slips_read on app.slips for select to fault_user using (tenant_id = (select app.current_tenant()));
create policy slips_change on app.slips for update to fault_user
    using (true)
    with check (tenant_id = (select app.current_tenant()));
alter table app.slip_events drop constraint slip_events_tenant_id_slip_no_fkey;
