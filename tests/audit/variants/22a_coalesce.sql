-- A context that was never set is replaced by the row's own tenant.
-- over: 1_base

create function app.h() returns uuid
language sql stable
set search_path = pg_catalog, pg_temp
as $$
select current_setting('app.tenant_id', true)::uuid
$$;
grant execute on function app.h() to fault_user;
alter policy tenant_isolation on app.slips
    using (coalesce(app.h(), tenant_id) = tenant_id);
