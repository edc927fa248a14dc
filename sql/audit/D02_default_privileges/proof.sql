-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert on app.slips to proof_user;

-- loud
alter default privileges for role proof_owner in schema app grant select on tables to proof_user;

-- quiet again
alter default privileges for role proof_owner in schema app revoke select on tables from proof_user;
