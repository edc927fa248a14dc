-- A policy excludes other tenants, whom its reader cannot see.
-- over: 1_base

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id <> all (select t.tenant_id from app.tenants t where t.tenant_id <> app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
