-- A trigger that writes the row into an outbox, bound as its caller is (correct).
-- over: 1_base

create table app.outbox (tenant_id uuid not null, id bigint generated always as identity, body jsonb,
    primary key (tenant_id, id));
alter table app.outbox owner to fault_owner;
alter table app.outbox enable row level security;
alter table app.outbox force row level security;
create policy t on app.outbox for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.outbox to fault_user;
create function app.out() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app.outbox (tenant_id, body) values (new.tenant_id, to_jsonb(NEW));
    return new;
end
$$;
create trigger outbox after insert or update on app.slips for each row execute function app.out();
