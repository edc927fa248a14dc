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
create function app.admin(q text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin execute q; end $$;
alter function app.admin(text) owner to proof_owner;
revoke all on function app.admin(text) from public;
grant execute on function app.admin(text) to proof_user;

-- quiet again
create or replace function app.admin(q text) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$ begin execute format('comment on table app.slips is %L', q); execute 'select $1' using q; end $$;
