-- A SECURITY DEFINER trigger empties a table of every tenant.
-- over: 1_base

create table app.audit_log (tenant_id uuid not null, note text);
alter table app.audit_log owner to fault_owner;
alter table app.audit_log enable row level security;
alter table app.audit_log force row level security;
create policy t on app.audit_log for all to fault_user
    using (tenant_id = (select app.current_tenant()));
grant select on app.audit_log to fault_user;
create index on app.audit_log (tenant_id);
insert into app.audit_log values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'Note of B'),
    ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Note of A');
create function app.wipe() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    truncate app.audit_log;
    return null;
end
$$;
revoke all on function app.wipe() from public;
create trigger wipe after update on app.slips for each statement execute function app.wipe();
