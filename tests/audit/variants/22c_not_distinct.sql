-- IS NOT DISTINCT FROM the row's own tenant while the context was never set.
-- over: 1_base

alter policy tenant_isolation on app.slips
    using (tenant_id is not distinct from coalesce(current_setting('app.tenant_id', true)::uuid, tenant_id));
