-- Partition child granted to the app without RLS of its own.
-- why: RLS of the parent is not applied when a child is named directly.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.payments_2026 where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 1

create table app.payments (
    tenant_id uuid not null,
    paid_on date not null,
    slip_no text not null,
    primary key (tenant_id, paid_on, slip_no)
) partition by range (paid_on);
create table app.payments_2026 partition of app.payments for values from ('2026-01-01') to ('2027-01-01');
alter table app.payments owner to fault_owner;
alter table app.payments_2026 owner to fault_owner;
alter table app.payments enable row level security;
alter table app.payments force row level security;
create policy tenant_isolation on app.payments for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.payments to fault_user;
grant select on app.payments_2026 to fault_user;
insert into app.payments
values
    ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', '2026-05-01', 'A-1'),
    ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', '2026-05-01', 'B-1');
