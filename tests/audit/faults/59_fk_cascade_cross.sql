-- ON DELETE CASCADE from a parent any tenant may delete.
-- why: RI actions skip RLS: deleting a shared parent removes every tenant's children.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: delete from app.layouts where id = 1;
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: select count(*) from app.printouts;
-- proof: rollback;
-- expect: affected 1 / 0

create table app.layouts (
    id int primary key,
    name text
);
create table app.printouts (
    tenant_id uuid not null,
    print_no int not null,
    layout_id int not null references app.layouts on delete cascade,
    primary key (tenant_id, print_no)
);
alter table app.layouts owner to fault_owner;
alter table app.printouts owner to fault_owner;
create index on app.printouts (layout_id);
alter table app.layouts enable row level security;
alter table app.layouts force row level security;
alter table app.printouts enable row level security;
alter table app.printouts force row level security;
create policy shared_layouts on app.layouts for all to fault_user
    using (id > 0)
    with check (id > 0);
create policy tenant_isolation on app.printouts for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, delete on app.layouts to fault_user;
grant select, insert on app.printouts to fault_user;
insert into app.layouts values (1, 'A4');
insert into app.printouts values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 1);
