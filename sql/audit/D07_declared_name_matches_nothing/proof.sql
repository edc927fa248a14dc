-- quiet
-- settings: {"runtime_roles": ["proof_user"], "tenant_columns": ["tenant_id", "org_id"], "shared_tables": ["app.tariff"]}
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, amount integer, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert, update on app.slips to proof_user;
create table app.tariff (org_id integer);

-- loud
alter table app.tariff rename to tarif;

-- quiet again
alter table app.tarif rename to tariff;
