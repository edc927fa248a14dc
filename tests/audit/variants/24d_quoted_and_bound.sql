-- A SECURITY DEFINER function with a quoted name, bound by its owner's policy (correct).
-- over: 1_base

create function app.cnt(col text) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare n bigint;
begin
    if col not in ('slip_no', 'amount') then
        return null;
    end if;
    execute format('select count(%I) from app.slips where tenant_id = app.current_tenant()', col) into n;
    return n;
end
$$;
alter function app.cnt(text) owner to fault_owner;
revoke all on function app.cnt(text) from public;
grant execute on function app.cnt(text) to fault_user;
create policy own on app.slips for select to fault_owner
    using (tenant_id = (select app.current_tenant()));
