-- Policies that let rows of others pass, or of nobody, each in its own way: every one is named by a rule.

create role fault_owner nologin;
create role fault_user login;
create schema app authorization fault_owner;
grant usage on schema app to fault_user;
set role fault_owner;
create function app.current_tenant() returns uuid language sql stable
as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create function app.my_tenants() returns setof uuid language sql stable as $$ select app.current_tenant() $$;
create function app.can_see(t uuid) returns boolean language sql stable as $$ select t = app.current_tenant() $$;
create type app.kind as enum ('a', 'b');
create function app.uid() returns uuid language sql stable as $$ select nullif(current_setting('app.uid', true), '')::uuid $$;
revoke all on all functions in schema app from public;
create function app.make(name text, words text) returns void language plpgsql as $make$
begin
    execute format('create table app.%I (tenant_id uuid not null, id integer, flag boolean, kind app.kind, label text)', name);
    execute format('alter table app.%1$I enable row level security', name);
    execute format('alter table app.%1$I force row level security', name);
    execute format('create policy p on app.%I to fault_user using (%s)', name, words);
    execute format('grant select, insert, update, delete on app.%I to fault_user', name);
end
$make$;
revoke all on function app.make(text, text) from public;
select app.make('inline', $$tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)$$);
select app.make('coalesce_fn', $$coalesce(app.can_see(tenant_id), true)$$);
select app.make('coalesce', $$coalesce(tenant_id = (select app.current_tenant()), true)$$);
select app.make('not_neq', $$(tenant_id <> (select app.current_tenant())) is not true$$);
select app.make('case', $$case when (select app.current_tenant()) is null then true else tenant_id = (select app.current_tenant()) end$$);
select app.make('coalesce_col', $$tenant_id = coalesce((select app.current_tenant()), tenant_id)$$);
select app.make('or_deep', $$tenant_id = (select app.current_tenant()) and kind = 'a' or flag$$);
select app.make('uncorrelated', $$exists (select from app.inline g where g.tenant_id = (select app.current_tenant()))$$);
select app.make('captured', $$exists (select from app.inline g where g.tenant_id = tenant_id and g.label = current_user)$$);
select app.make('like', $$current_setting('app.tenant_id', true) like '%' || tenant_id || '%'$$);
select app.make('ge', $$tenant_id >= (select app.current_tenant())$$);
select app.make('one_eq_one', $$1 = 1$$);
select app.make('self', $$tenant_id = tenant_id$$);
select app.make('user', $$label = current_user$$);
select app.make('uid', $$tenant_id = (select app.current_tenant()) or tenant_id = (select app.uid())$$);
select app.make('nullif', $$tenant_id = (select app.current_tenant()) or nullif(current_setting('app.tenant_id', true), '') is null$$);
select app.make('isdist', $$not (tenant_id is distinct from (select app.current_tenant()))$$); alter table app.isdist alter tenant_id drop not null;
select app.make('flag', $$flag or (tenant_id = (select app.current_tenant()))$$);
select app.make('is_unknown', $$(tenant_id = (select app.current_tenant())) is not false$$);
alter table app.isdist alter column tenant_id drop not null;
reset role;
