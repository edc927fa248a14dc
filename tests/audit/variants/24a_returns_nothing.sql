-- A SECURITY DEFINER function runs a text and returns nothing.
-- over: 1_base

create function app.run(cmd text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    execute cmd;
end
$$;
alter function app.run(text) owner to fault_owner;
revoke all on function app.run(text) from public;
grant execute on function app.run(text) to fault_user;
