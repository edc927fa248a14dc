-- A policy by exclusion: every tenant is shown that is not on a list.
-- why: an empty list excludes nobody
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- expect: 3

create table app.blocked (
    viewer uuid not null,
    tenant_id uuid not null,
    primary key (viewer, tenant_id)
);
alter table app.blocked owner to fault_owner;
grant select on app.blocked to fault_user;
alter table app.blocked enable row level security;
alter table app.blocked force row level security;
create policy own_list on app.blocked for select to fault_user using (viewer = (select app.current_tenant()));
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (
        tenant_id not in (select b.tenant_id from app.blocked b where b.viewer = (select app.current_tenant()))
        and (select app.current_tenant()) is not null
    );
