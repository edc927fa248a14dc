-- The tutorial design, to prove that the attacks are attacks: plain setting, one policy, global keys, helpful extras.
create schema naive;

create table naive.tenant (
    tenant_id integer primary key,
    tenant_code text not null,
    tenant_name text not null
);
create table naive.app_user (
    user_id bigserial primary key,
    tenant_id integer not null references naive.tenant,
    login text not null unique
);
create table naive.slip (
    id bigserial unique,
    tenant_id integer not null references naive.tenant,
    bill_number text not null,
    reissue_number smallint not null default 0,
    customer_number text not null,
    customer_name text collate "C" not null,
    due_date date,
    revenue_stamp boolean not null,
    amount_yen integer not null,
    consumption_tax_yen integer,
    constraint slip_pkey primary key (bill_number, reissue_number)
);
create index slip_by_name on naive.slip (customer_name);
create table naive.audit_event (
    tenant_id integer not null,
    at timestamptz not null,
    action text not null,
    detail text not null
) partition by range (at);
create table naive.audit_event_2026 partition of naive.audit_event
    for values from ('2026-01-01') to ('2027-01-01');

insert into naive.tenant values (1, '10000', '丙市'), (2, '10001', '甲学園同窓会'), (3, '10002', '乙電力');
insert into naive.app_user (tenant_id, login) values (2, 'clerk of a'), (3, 'clerk of b');
insert into naive.slip (tenant_id, bill_number, customer_number, customer_name, revenue_stamp, amount_yen)
select 2, lpad((2 * n)::text, 16, '0'), 'C' || n, '淡路　太郎' || n, false, 1000 + n from generate_series(0, 44) n;
insert into naive.slip (tenant_id, bill_number, customer_number, customer_name, revenue_stamp, amount_yen)
select 3, lpad((2 * n + 1)::text, 16, '0'), 'C' || n, 'CANARY三井' || n, false, 1000 + n from generate_series(0, 59) n;
insert into naive.audit_event
select t, timestamptz '2026-06-01' + n * interval '1 minute', 'export.ordered', case t when 3 then 'CANARY三井' || n else 'x' end
from generate_series(2, 3) t, generate_series(1, 20) n;

alter table naive.tenant enable row level security;
alter table naive.app_user enable row level security;
alter table naive.slip enable row level security;
alter table naive.audit_event enable row level security;
create policy tenant_isolation on naive.tenant
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::integer);
create policy tenant_isolation on naive.app_user
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::integer);
create policy tenant_isolation on naive.slip
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::integer);
create policy tenant_isolation on naive.audit_event
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::integer);

-- A view with the rights of its owner, and a function that returns rows: both see every tenant.
create view naive.v_slip as select * from naive.slip;
create function naive.get_slip(p_bill_number text) returns text language sql security definer
    as 'select customer_name from naive.slip where bill_number = p_bill_number';

grant usage on schema naive to naive_app;
grant select, insert, update, delete on all tables in schema naive to naive_app;
grant usage, select on all sequences in schema naive to naive_app;
