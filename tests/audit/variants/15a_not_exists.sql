-- A policy excludes what is on a list, by NOT EXISTS.
-- over: 1_base

create table app.banned (tenant_id uuid not null, who uuid);
alter table app.banned owner to fault_owner;
alter table app.banned enable row level security;
alter table app.banned force row level security;
grant select on app.banned to fault_user;
create policy t on app.banned for select to fault_user
    using (tenant_id = (select app.current_tenant()));create index on app.banned (tenant_id);
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (not exists (select from app.banned b where b.who = slips.tenant_id))
    with check (tenant_id = (select app.current_tenant()));
