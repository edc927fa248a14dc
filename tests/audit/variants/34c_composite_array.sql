-- A SECURITY DEFINER function changes rows that an array of a composite type names.
-- over: 1_base

create type app.line as (slip_no text, amount numeric);
create function app.set_lines(l app.line[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update app.slips s set amount = x.amount from unnest(l) x where s.slip_no = x.slip_no;
end
$$;
revoke all on function app.set_lines(app.line[]) from public;
grant execute on function app.set_lines(app.line[]) to fault_user;
