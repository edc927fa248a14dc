-- quiet
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

-- loud
create function app.eq(a integer, b integer) returns boolean language sql immutable as $$ select true $$;
create operator app.= (leftarg = integer, rightarg = integer, function = app.eq);
drop policy tenant_rows on app.slips;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id operator(app.=) (select nullif(current_setting('app.tenant_id', true), '')::integer));

-- quiet again
drop policy tenant_rows on app.slips;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id operator(pg_catalog.=) (select nullif(current_setting('app.tenant_id', true), '')::integer));
