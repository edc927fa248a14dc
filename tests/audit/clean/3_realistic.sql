-- Things a real service has, all of them safe (each was checked to leak nothing).
-- over: 1_base

set role fault_owner;
-- shared master data, read-only, on purpose without RLS
create table app.prefectures (
    code char(2) primary key,
    name text not null
);
grant select on app.prefectures to fault_user;
-- FOR ALL with USING only: PostgreSQL uses USING as the WITH CHECK
create table app.templates (
    tenant_id uuid not null references app.tenants,
    template_no int not null,
    body text,
    primary key (tenant_id, template_no)
);
alter table app.templates enable row level security;
alter table app.templates force row level security;
create policy tenant_isolation on app.templates for all to fault_user
    using (tenant_id = (select app.current_tenant()));
grant select, insert, update, delete on app.templates to fault_user;
-- invoker view
create view app.open_slips with (security_invoker = true, security_barrier = true) as
select tenant_id, slip_no, amount
from app.slips
where due_date >= date '2026-01-01';
grant select on app.open_slips to fault_user;
-- definer view whose owner is FORCEd and has no policy of its own: it returns no row at all, so it cannot leak
create view app.slip_count as select count(*) as n from app.slips;
grant select on app.slip_count to fault_user;
-- SECURITY DEFINER, pinned path, touches no tenant table, EXECUTE only for the app
create function app.fiscal_year(d date)
returns int
language sql immutable security definer
set search_path = pg_catalog, pg_temp
as $$
    select extract(year from d - interval '3 months')::int
$$;
revoke all on function app.fiscal_year(date) from public;
grant execute on function app.fiscal_year(date) to fault_user;
-- append-only log: INSERT and SELECT only
create table app.access_log (
    tenant_id uuid not null references app.tenants,
    at timestamptz not null default clock_timestamp(),
    who text not null,
    primary key (tenant_id, at, who)
);
alter table app.access_log enable row level security;
alter table app.access_log force row level security;
create policy log_read on app.access_log for select to fault_user
    using (tenant_id = (select app.current_tenant()));
create policy log_write on app.access_log for insert to fault_user
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.access_log to fault_user;
-- partitioned, children not granted
create table app.payments (
    tenant_id uuid not null,
    paid_on date not null,
    slip_no text not null,
    primary key (tenant_id, paid_on, slip_no)
) partition by range (paid_on);
create table app.payments_2026 partition of app.payments for values from ('2026-01-01') to ('2027-01-01');
alter table app.payments enable row level security;
alter table app.payments force row level security;
create policy tenant_isolation on app.payments for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.payments to fault_user;
reset role;
-- matview granted to nobody
create materialized view app.ops_totals as select tenant_id, count(*) as n from app.slips group by 1;
alter materialized view app.ops_totals owner to fault_owner;
-- a backup role that nobody is a member of and nobody can log in as
create role fault_backup nologin bypassrls;
grant usage on schema app to fault_backup;
grant select on all tables in schema app to fault_backup;
