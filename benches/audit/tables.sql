-- A hundred tenant tables of the usual kind: composite keys, row security forced, a policy and a floor, views, functions.
create role bench_owner nologin;
create role bench_app login;
create role bench_report login;
create schema app authorization bench_owner;
revoke all on schema app from public;
grant usage on schema app to bench_app, bench_report;
set role bench_owner;

create function app.current_tenant() returns integer
language sql stable set search_path = pg_catalog, pg_temp
as $$ select nullif(current_setting('app.tenant_id', true), '')::integer $$;
revoke all on function app.current_tenant() from public;
grant execute on function app.current_tenant() to bench_app, bench_report;

do $$
declare
    name text;
    parent text;
begin
    for n in 1..100 loop
        name := format('t%s', lpad(n::text, 3, '0'));
        parent := format('t%s', lpad((n - 1)::text, 3, '0'));
        execute format(
            'create table app.%I (
                tenant_id integer not null,
                id bigint not null,
                parent_id bigint,
                label text not null,
                amount numeric(12, 2) not null default 0,
                state text not null default ''new'' check (state in (''new'', ''done'')),
                noted_at timestamptz not null default now(),
                primary key (tenant_id, id))', name);
        execute format('create index on app.%I (tenant_id, noted_at)', name);
        if n % 4 <> 1 then
            execute format(
                'alter table app.%I add foreign key (tenant_id, parent_id) references app.%I (tenant_id, id)', name, parent);
            execute format('create index on app.%I (tenant_id, parent_id)', name);
        end if;
        execute format('alter table app.%I enable row level security', name);
        execute format('alter table app.%I force row level security', name);
        execute format(
            'create policy tenant_rows on app.%I to bench_app, bench_report, bench_owner
                using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', name);
        execute format(
            'create policy tenant_floor on app.%I as restrictive
                using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', name);
        execute format('grant select, insert, update, delete on app.%I to bench_app', name);
        execute format('grant select on app.%I to bench_report', name);
        if n % 5 = 0 then
            execute format(
                'create view app.v_%s with (security_invoker = true) as select t.id, t.label, t.amount from app.%I t where t.state = ''done''',
                name, name);
            execute format('grant select on app.v_%s to bench_app', name);
            execute format(
                'create function app.count_%s() returns bigint language sql stable set search_path = pg_catalog, pg_temp
                    as ''select count(*) from app.%I''', name, name);
            execute format('revoke all on function app.count_%s() from public', name);
            execute format('grant execute on function app.count_%s() to bench_app', name);
        end if;
    end loop;
end
$$;
reset role;
analyze;
