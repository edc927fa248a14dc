-- A trigger writes an event of the same tenant, with the rights of who writes (correct).
-- over: 1_base

create function app.on_slip() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app.slip_events values (new.tenant_id, new.slip_no, 1, 'registered');
    return null;
end
$$;
alter function app.on_slip() owner to fault_owner;
revoke all on function app.on_slip() from public;
create trigger on_slip after insert on app.slips for each row execute function app.on_slip();
