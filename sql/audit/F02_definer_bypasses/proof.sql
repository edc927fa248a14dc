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
create function app.slips_of(p integer) returns setof app.slips language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$ select tenant_id, slip_no, agent_id, amount from app.slips s where s.tenant_id = p $$;
alter function app.slips_of(integer) owner to proof_owner;
revoke all on function app.slips_of(integer) from public;
grant execute on function app.slips_of(integer) to proof_user;

-- loud
create role proof_reporter nologin bypassrls;
alter function app.slips_of(integer) owner to proof_reporter;

-- quiet again
alter role proof_reporter nobypassrls;
