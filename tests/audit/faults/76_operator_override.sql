-- The policy compares by an equals sign of its own schema, which is always true.
-- why: an operator is a function with a short name
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- expect: 3

create function app.eq(a uuid, b uuid) returns boolean language sql immutable as $$ select true $$;
alter function app.eq(uuid, uuid) owner to fault_owner;
create operator app.= (leftarg = uuid, rightarg = uuid, function = app.eq);
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id operator(app.=) (select app.current_tenant()));
