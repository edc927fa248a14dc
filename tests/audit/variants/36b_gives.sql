-- UPDATE hands rows of its own to anybody.
-- over: 1_base

drop policy tenant_isolation on app.slip_events;
create policy s on app.slip_events for select to fault_user
    using (tenant_id = (select app.current_tenant()));
create policy u on app.slip_events for update to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id is not null);
