-- The tenant is compared, AND other tables are asked besides, one of them writable (correct).
-- over: 1_base

set role fault_owner;
create table app.hidden (
    tenant_id uuid not null references app.tenants,
    slip_no text not null,
    primary key (tenant_id, slip_no)
);
alter table app.hidden enable row level security;
alter table app.hidden force row level security;
create policy tenant_isolation on app.hidden for all to fault_user
    using (tenant_id = (select app.current_tenant()));
grant select, insert, delete on app.hidden to fault_user;
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (
        tenant_id = (select app.current_tenant())
        and not exists (select from app.slip_events e where e.slip_no = slips.slip_no and e.kind = 'hidden')
        and slip_no not in (select h.slip_no from app.hidden h)
    )
    with check (tenant_id = (select app.current_tenant()));
reset role;
