-- A SECURITY DEFINER function puts the name of a column into its statement unquoted.
-- over: 1_base

create function app.srch(col text, val text) returns setof app.slips
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute 'select * from app.slips where ' || col || ' = ' || quote_literal(val);
end
$$;
alter function app.srch(text, text) owner to fault_owner;
revoke all on function app.srch(text, text) from public;
grant execute on function app.srch(text, text) to fault_user;
