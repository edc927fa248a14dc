-- A RESTRICTIVE floor per table, both policies TO the app role; nothing else (hardened, correct).
-- over: 1_base

set role fault_owner;
create policy tenant_floor on app.tenants as restrictive for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
create policy tenant_floor on app.slips as restrictive for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
create policy tenant_floor on app.slip_events as restrictive for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
reset role;
