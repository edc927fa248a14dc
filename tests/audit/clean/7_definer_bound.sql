-- A log that a trigger of a superuser fills with the tenant of the row, and a policy keeps (correct).
-- over: 1_base

set role fault_owner;
create table app.log (
    tenant_id uuid not null,
    n bigint generated always as identity,
    what text not null,
    primary key (tenant_id, n)
);
alter table app.log enable row level security;
alter table app.log force row level security;
create policy tenant_isolation on app.log for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select on app.log to fault_user;
reset role;
create function app.on_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app.log (tenant_id, what) values (coalesce(new.tenant_id, old.tenant_id), tg_op);
    return null;
end
$$;
revoke all on function app.on_change() from public;
create trigger on_change after insert or update or delete on app.slips for each row execute function app.on_change();
insert into app.log (tenant_id, what) select tenant_id, 'seed' from app.tenants;
