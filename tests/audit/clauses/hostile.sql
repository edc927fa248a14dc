-- Policies that would run somebody else's code, or fail, if the auditor computed them as they stand: it must do neither.

create role fault_owner nologin;
create role fault_user login;
create schema app authorization fault_owner;
grant usage on schema app to fault_user;
set role fault_owner;
-- Every function here raises when it is run.
create function app.boom() returns boolean language plpgsql stable as $$ begin raise exception 'ran'; end $$;
create function app.current_tenant() returns uuid language plpgsql stable
as $$ begin raise exception 'ran %', current_setting('app.tenant_id', true); end $$;
create function app.tenant_text() returns text language sql stable
as $$ select nullif(current_setting('app.tenant_id', true), '') $$;
create function app.equals(a integer, b integer) returns boolean language plpgsql stable
as $$ begin raise exception 'ran'; end $$;
create operator app.=== (leftarg = integer, rightarg = integer, function = app.equals);
create function app.may_be(u uuid) returns boolean language plpgsql as $$ begin raise exception 'ran'; end $$;
create domain app.tid as uuid check (app.may_be(value));
revoke all on all functions in schema app from public;
create function app.make(name text, words text) returns void language plpgsql as $make$
begin
    execute format(
        'create table app.%I (tenant_id uuid not null, id integer, flag boolean, label text, v varchar(3), c char(2), num numeric,'
        || ' ts timestamptz, d date, dom app.tid, js jsonb, arr uuid[])', name);
    execute format('alter table app.%1$I enable row level security', name);
    execute format('alter table app.%1$I force row level security', name);
    execute format('create policy p on app.%I to fault_user using (%s)', name, words);
    execute format('grant select, insert, update, delete on app.%I to fault_user', name);
end
$make$;
revoke all on function app.make(text, text) from public;
select app.make('h01', $$(label)::uuid = (select app.current_tenant())$$);
select app.make('h02', $$v::uuid = (select app.current_tenant()) and v::text = 'a'$$);
select app.make('h03', $$10 / id > 0 and tenant_id = (select app.current_tenant())$$);
select app.make('h04', $$app.boom()$$);
select app.make('h05', $$id operator(app.===) 3$$);
select app.make('h06', $$dom = (select app.current_tenant())$$);
select app.make('h07', $$tenant_id = (select app.current_tenant())::app.tid$$);
select app.make('h08', $$tenant_id = (select app.tenant_text())::uuid$$);
select app.make('h09', $$tenant_id::text = (select app.tenant_text())$$);
select app.make('h10', $$label = current_setting('app.tenant_id') and v = current_user$$);
select app.make('h11', $$tenant_id = current_setting('app.' || 'tenant_id')::uuid$$);
select app.make('h12', $$tenant_id = current_user::text::uuid or tenant_id = current_setting('app.tenant_id')::uuid$$);
select app.make('h13', $$label = 'current_setting(' and c = '::text) or pg_sleep(100) is null or (true' and tenant_id = (select app.current_tenant())$$);
select app.make('h14', $$tenant_id = any (arr) and arr @> array[(select app.current_tenant())]$$);
select app.make('h15', $$(js ->> 'tenant')::uuid = (select app.current_tenant())$$);
select app.make('h16', $$tenant_id = (select app.current_tenant()) and ts > now() - interval '1 day' and d > '2020-01-01' and num > 0.5$$);
select app.make('h17', $$h17 is not null and tenant_id = (select app.current_tenant())$$);
select app.make('h18', $$tenant_id = coalesce(current_setting('app.tenant_id', true), '00000000-0000-0000-0000-000000000000')::uuid$$);
select app.make('h19', $$(id, tenant_id) = (1, (select app.current_tenant()))$$);
select app.make('h20', $$pg_sleep(10) is not null$$);
select app.make('h21', $$tenant_id = (select case when app.boom() then app.current_tenant() end)$$);
select app.make('h22', $$tenant_id = (select t.x from (select app.current_tenant() as x) t)$$);
select app.make('h23', $$label = e'back\\slash ''quote''' and tenant_id = (select app.current_tenant())$$);
select app.make('h24', $$length(label) > 3 and lower(v) = 'x' and tenant_id = (select app.current_tenant())$$);
select app.make('h25', $$tenant_id = (select app.current_tenant()) and flag is not false and label similar to 'a%' and v ilike 'x_'$$);
select app.make('h26', $$label::varchar(1) = v and tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$$);
reset role;
