-- Functions with their owner's rights whose search_path is pinned, half pinned or not, and functions that set the context.

create role fault_owner nologin;
create role fault_user login;
create role fault_admin nologin;
create schema app authorization fault_owner;
create schema scratch;
grant usage, create on schema scratch to fault_user;
grant usage on schema app to fault_user;
set role fault_owner;
create function app.current_tenant() returns uuid language sql stable
as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create table app.slips (tenant_id uuid not null primary key, label text);
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy p on app.slips to fault_user using (tenant_id = (select app.current_tenant()));
grant select, insert on app.slips to fault_user;

-- Their search_path.
create function app.path_is_empty() returns integer language sql security definer set search_path = '' as 'select 1';
create function app.path_is_the_catalogue() returns integer language sql security definer set search_path = pg_catalog as 'select 1';
create function app.path_ends_in_pg_temp() returns integer language sql security definer set search_path = app, pg_temp as 'select 1';
create function app.path_without_pg_temp() returns integer language sql security definer set search_path = app as 'select 1';
create function app.path_with_writable() returns integer language sql security definer
set search_path = pg_catalog, scratch, pg_temp as 'select 1';
create function app.path_with_user() returns integer language sql security definer
set search_path = "$user", app, pg_temp as 'select 1';
create function app.path_begins_with_pg_temp() returns integer language sql security definer set search_path = pg_temp, app as 'select 1';
create function app.path_of_the_caller_by_trigger() returns trigger language plpgsql security definer
as $$ begin return new; end $$;
create trigger t before insert on app.slips for each row execute function app.path_of_the_caller_by_trigger();
create procedure app.path_of_the_caller(a integer) language plpgsql security definer as $$ begin perform 1; end $$;
create function app.nobody_may_call() returns integer language sql security definer as 'select 1';

-- How they set the context.
create function app.bind_session(p integer) returns void language plpgsql
as $$ begin perform set_config('app.tenant_id', (p + abs(1))::text, false); end $$;
create function app.bind_by_text(p integer) returns void language plpgsql as $$ begin execute 'set app.tenant_id = ' || p; end $$;
create function app.bind_transaction(p integer) returns void language plpgsql
as $$ begin set local app.tenant_id = '3'; perform set_config('app.tenant_id', p::text, true); end $$;
create function app.bind_by_another(p integer) returns void language sql as $$ select app.bind_session(p) $$;
create function app.atomic() returns uuid language sql begin atomic select app.current_tenant(); end;

revoke all on all routines in schema app from public;
grant execute on all routines in schema app to fault_user;
revoke execute on function app.nobody_may_call(), app.bind_session(integer) from fault_user;
grant execute on procedure app.path_of_the_caller(integer) to public;
reset role;

create function app.owned_by_superuser() returns integer language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
revoke all on function app.owned_by_superuser() from public;
grant fault_admin to fault_user;
grant execute on function app.owned_by_superuser() to fault_admin;
