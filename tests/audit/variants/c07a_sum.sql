-- A SECURITY DEFINER function whose owner a policy binds (correct).
-- over: 1_base

create function app.total() returns numeric
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (select sum(amount) from app.slips where tenant_id = app.current_tenant());
end
$$;
alter function app.total() owner to fault_owner;
revoke all on function app.total() from public;
grant execute on function app.total() to fault_user;
create policy own on app.slips for select to fault_owner
    using (tenant_id = (select app.current_tenant()));
