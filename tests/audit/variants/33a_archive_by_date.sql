-- A SECURITY DEFINER procedure deletes every tenant's rows, whatever it is given.
-- over: 1_base

create procedure app.archive(before date)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from app.slip_events;
end
$$;
revoke all on procedure app.archive(date) from public;
grant execute on procedure app.archive(date) to fault_user;
