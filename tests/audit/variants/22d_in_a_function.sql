-- A function says yes while the context was never set.
-- over: 1_base

create function app.ok(t uuid) returns boolean
language plpgsql stable
as $$
begin
    if current_setting('app.tenant_id', true) is null then
        return true;
    end if;
    return t = current_setting('app.tenant_id', true)::uuid;
end
$$;
grant execute on function app.ok(uuid) to fault_user;
alter policy tenant_isolation on app.slips
    using (app.ok(tenant_id));
