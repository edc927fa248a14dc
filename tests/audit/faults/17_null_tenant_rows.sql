-- Nullable tenant_id and policy "tenant_id IS NULL OR ...".
-- why: Rows whose tenant was not filled in are shown to everyone.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.imports;
-- expect: 1

create table app.imports (
    id bigint generated always as identity primary key,
    tenant_id uuid,
    customer_name text
);
alter table app.imports owner to fault_owner;
create index on app.imports (tenant_id);
alter table app.imports enable row level security;
alter table app.imports force row level security;
create policy tenant_isolation on app.imports for all to fault_user
    using (tenant_id is null or tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.imports to fault_user;
insert into app.imports (tenant_id, customer_name) values (null, 'Bando not yet assigned');
