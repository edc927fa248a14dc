-- Policies that keep every row to its tenant, written in many ways: no rule may say more than that they are slow.

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
reset role;
create schema "Odd app" authorization fault_owner;
set role fault_owner;
create function "Odd app"."Whose Is It"() returns uuid language sql stable as $$ select app.current_tenant() $$;
revoke all on all functions in schema app, "Odd app" from public;
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
select app.make('inline', $$tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$$);
select app.make('inline_sub', $$tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)$$);
select app.make('any_srf', $$tenant_id in (select app.my_tenants())$$);
select app.make('any_arr', $$tenant_id = any (array(select app.my_tenants()))$$);
select app.make('fn', $$app.can_see(tenant_id)$$);
select app.make('and_or', $$tenant_id = (select app.current_tenant()) and (kind = 'a' or kind = 'b' or label like 'x%')$$);
select app.make('or_each', $$(tenant_id = (select app.current_tenant()) and kind = 'a') or (tenant_id = (select app.current_tenant()) and kind = 'b')$$);
select app.make('reversed', $$(select app.current_tenant()) = tenant_id$$);
select app.make('exists', $$exists (select from app.inline g where g.tenant_id = exists.tenant_id and g.tenant_id = (select app.current_tenant()))$$);
select app.make('not_dist', $$not (tenant_id is distinct from (select app.current_tenant()))$$);
select app.make('text_trick', $$tenant_id = (select app.current_tenant()) and label <> 'x OR (tenant_id IS NULL) app.current_tenant() current_setting('$$);
select app.make('case', $$case when kind = 'a' then tenant_id = (select app.current_tenant()) else false end$$);
select app.make('false', $$false$$);
select app.make('between', $$tenant_id = (select app.current_tenant()) and id between 1 and 9$$);
select app.make('arr_in', $$tenant_id = (select app.current_tenant()) and id in (1,2,3) and kind in ('a','b')$$);
select app.make('raise', $$tenant_id = (select app.current_tenant()) and coalesce(flag, true)$$);
select app.make('odd', $$tenant_id = (select "Odd app"."Whose Is It"())$$);
create table app."Slip ""X"" (Y)" ("Tenant Id" uuid not null, tenant_id uuid not null);
alter table app."Slip ""X"" (Y)" enable row level security;
alter table app."Slip ""X"" (Y)" force row level security;
create policy "p (x)" on app."Slip ""X"" (Y)" to fault_user
    using (tenant_id = (select "Odd app"."Whose Is It"()) and "Tenant Id" = tenant_id);
grant select on app."Slip ""X"" (Y)" to fault_user;
reset role;
