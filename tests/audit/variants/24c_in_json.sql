-- A SECURITY DEFINER procedure runs what stands in a JSON object.
-- over: 1_base

create procedure app.run(cmds jsonb)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    execute cmds ->> 'sql';
end
$$;
revoke all on procedure app.run(jsonb) from public;
grant execute on procedure app.run(jsonb) to fault_user;
