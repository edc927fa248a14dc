-- A parent keyed by its id with a policy of its own, and children that go with it (correct).
-- over: 1_base

set role fault_owner;
create table app.companies (id uuid primary key, name text not null);
create table app.invitations (
    tenant_id uuid not null references app.companies (id) on delete cascade,
    email text not null,
    primary key (tenant_id, email)
);
alter table app.companies enable row level security;
alter table app.companies force row level security;
alter table app.invitations enable row level security;
alter table app.invitations force row level security;
create policy own_company on app.companies for all to fault_user using (id = (select app.current_tenant()));
create policy tenant_isolation on app.invitations for all to fault_user
    using (tenant_id = (select app.current_tenant()));
grant select, update, delete on app.companies to fault_user;
grant select, insert, delete on app.invitations to fault_user;
reset role;
insert into app.companies values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Company Awaji'), ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'Company Bando');
insert into app.invitations values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'awaji@example.test'), ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'bando@example.test');
