-- Text tenant key, COALESCE(setting, '') and rows whose key is ''.
-- why: A session without a tenant reads the rows nobody owned yet (imports before assignment).
-- kind: leak
-- proof-role: fault_user
-- proof: select count(*) from app.imports;
-- expect: 1

create table app.imports (
    tenant_key text not null,
    line_no int not null,
    customer_name text,
    primary key (tenant_key, line_no)
);
alter table app.imports owner to fault_owner;
alter table app.imports enable row level security;
alter table app.imports force row level security;
create policy tenant_isolation on app.imports for all to fault_user
    using (tenant_key = coalesce(current_setting('app.tenant_id', true), ''))
    with check (tenant_key = coalesce(current_setting('app.tenant_id', true), ''));
grant select, insert on app.imports to fault_user;
insert into app.imports values ('', 1, 'Bando before assignment');
