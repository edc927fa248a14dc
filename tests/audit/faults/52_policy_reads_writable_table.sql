-- Policy trusts a membership table the app can write.
-- why: INSERT yourself into the other tenant, then read.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.login = 'a@example.test';
-- proof: insert into app.memberships values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'a@example.test');
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: affected 1 / 3

create table app.memberships (
    tenant_id uuid not null references app.tenants,
    login text not null,
    primary key (tenant_id, login)
);
alter table app.memberships owner to fault_owner;
alter table app.memberships enable row level security;
alter table app.memberships force row level security;
create policy own_login on app.memberships for all to fault_user
    using (login = (select current_setting('app.login', true)))
    with check (login = (select current_setting('app.login', true)));
create index on app.memberships (login);
grant select, insert on app.memberships to fault_user;
insert into app.memberships values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'a@example.test');
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id in (select m.tenant_id from app.memberships m))
    with check (tenant_id in (select m.tenant_id from app.memberships m));
