-- The base every fault starts from: a correct design with one setting, one helper and three tables.

create role fault_owner nologin;
create role fault_user login nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect, temporary on database %I to fault_user', current_database());
end
$$;
revoke all on schema public from public;
create schema app authorization fault_owner;
grant usage on schema app to fault_user;
set role fault_owner;
create function app.current_tenant()
returns uuid
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;
revoke all on function app.current_tenant() from public;
grant execute on function app.current_tenant() to fault_user;
create table app.tenants (
    tenant_id uuid primary key,
    name text not null
);
create table app.slips (
    tenant_id uuid not null references app.tenants,
    slip_no text not null,
    customer_name text not null,
    amount numeric(12, 0) not null check (amount >= 0),
    due_date date not null,
    primary key (tenant_id, slip_no)
);
create table app.slip_events (
    tenant_id uuid not null,
    slip_no text not null,
    event_no int not null,
    kind text not null,
    primary key (tenant_id, slip_no, event_no),
    foreign key (tenant_id, slip_no) references app.slips on delete cascade
);
alter table app.tenants enable row level security;
alter table app.tenants force row level security;
alter table app.slips enable row level security;
alter table app.slips force row level security;
alter table app.slip_events enable row level security;
alter table app.slip_events force row level security;
create policy tenant_isolation on app.tenants for select to fault_user
    using (tenant_id = (select app.current_tenant()));
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
create policy tenant_isolation on app.slip_events for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select on app.tenants to fault_user;
grant select, insert, update, delete on app.slips, app.slip_events to fault_user;
reset role;
insert into app.tenants
values
    ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Tenant A'),
    ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'Tenant B');
insert into app.slips
select 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'A-' || g, 'Awaji ' || g, 1000 + g, date '2027-01-31' + g
from generate_series(1, 3) g;
insert into app.slips
select 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'B-' || g, 'Bando ' || g, 2000 + g, date '2026-01-31' + g
from generate_series(1, 3) g;
insert into app.slip_events select tenant_id, slip_no, 1, 'registered' from app.slips;
