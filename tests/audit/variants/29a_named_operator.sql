-- A policy compares by an operator of this database with a name of its own.
-- over: 1_base

create function app.eq(uuid, uuid) returns boolean
language sql immutable
as $$
select $1 is not null
$$;
grant execute on function app.eq(uuid, uuid) to fault_user;
create operator app.=== (leftarg = uuid, rightarg = uuid, function = app.eq);
alter policy tenant_isolation on app.slips
    using (tenant_id operator(app.===) (select app.current_tenant()));
