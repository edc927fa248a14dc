-- Child references orders(id) without tenant_id in the key.
-- why: RI checks skip RLS: A links a note to B's order and learns that it exists.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: insert into app.order_notes (tenant_id, order_id, body) values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'linked');
-- proof: select 'linked';
-- expect: affected 1 / linked

create table app.orders (
    id bigint primary key,
    tenant_id uuid not null
);
create table app.order_notes (
    id bigint generated always as identity primary key,
    tenant_id uuid not null,
    order_id bigint not null references app.orders (id),
    body text
);
alter table app.orders owner to fault_owner;
alter table app.order_notes owner to fault_owner;
create index on app.orders (tenant_id);
create index on app.order_notes (tenant_id);
create index on app.order_notes (order_id);
alter table app.orders enable row level security;
alter table app.orders force row level security;
alter table app.order_notes enable row level security;
alter table app.order_notes force row level security;
create policy tenant_isolation on app.orders for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
create policy tenant_isolation on app.order_notes for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.orders, app.order_notes to fault_user;
insert into app.orders
values
    (1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'),
    (2, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
