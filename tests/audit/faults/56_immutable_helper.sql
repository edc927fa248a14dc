-- The tenant helper is declared IMMUTABLE.
-- why: The planner folds it into a cached plan: a prepared statement keeps the first tenant.
-- kind: leak
-- proof-role: fault_user
-- proof: set plan_cache_mode = force_generic_plan;
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: prepare q as select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: execute q;
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: execute q;
-- expect: 3 / 3

create function app.current_tenant_fixed()
returns uuid
language plpgsql immutable
set search_path = pg_catalog
as $$
begin
    return app.current_tenant();
end
$$;
alter function app.current_tenant_fixed() owner to fault_owner;
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant_fixed()))
    with check (tenant_id = (select app.current_tenant_fixed()));
