-- EXISTS stands before the tenant's comparison, and AND between them (correct).
-- over: 1_base

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (exists (select 1 from app.tenants t where t.tenant_id = slips.tenant_id and t.name <> '')
        and tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
