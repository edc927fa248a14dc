-- Policy compares the wrong column (agent_tenant_id).
-- why: Rows B registered through agent A are shown to A.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

alter table app.slips add column agent_tenant_id uuid;
update app.slips set agent_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (agent_tenant_id = (select app.current_tenant()))
    with check (agent_tenant_id = (select app.current_tenant()));
create index on app.slips (agent_tenant_id);
