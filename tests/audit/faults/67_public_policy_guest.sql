-- Policy without TO and SELECT granted to PUBLIC.
-- why: A guest login nobody thought of names any tenant and reads it.
-- kind: leak
-- proof-role: fault_guest
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

create role fault_guest login;
grant usage on schema app to fault_guest;
do $$
begin
    execute format('grant connect on database %I to fault_guest', current_database());
end
$$;
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select on app.slips to public;
do $$
begin
    if to_regprocedure('app.current_tenant()') is not null then
        execute 'grant execute on function app.current_tenant() to public';
    end if;
end
$$;
