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

create extension dblink with schema app;
revoke execute on all functions in schema app from public;

-- loud
create function app.log_it(note text) returns text language sql security definer set search_path = app, pg_catalog, pg_temp
as $$ select app.dblink_exec('dbname=app', 'insert into app.log default values') $$;
revoke all on function app.log_it(text) from public;
grant execute on function app.log_it(text) to proof_user;

-- quiet again
revoke execute on function app.log_it(text) from proof_user;
