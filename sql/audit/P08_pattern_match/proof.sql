-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create function app.tenant() returns integer language sql stable set search_path = pg_catalog, pg_temp
as $$ select nullif(current_setting('app.tenant', true), '')::integer $$;
alter function app.tenant() owner to proof_owner;
revoke all on function app.tenant() from public;
grant execute on function app.tenant() to proof_user;
create table app.slips (
    tenant_id integer not null,
    slip_no text not null,
    agent_id integer,
    amount integer not null default 0,
    primary key (tenant_id, slip_no)
);
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user using (tenant_id = (select app.tenant()));
grant select, insert, update, delete on app.slips to proof_user;

-- loud
alter policy tenant_rows on app.slips using (
    (select current_setting('app.tenants', true)) like '%' || tenant_id || '%'
);

-- quiet again
alter policy tenant_rows on app.slips using (tenant_id = (select app.tenant()) and slip_no like '0%');
