-- A SECURITY DEFINER function changes rows by a value that is no key.
-- over: 1_base

create function app.rename_customer(old_name text, new_name text) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update app.slips set customer_name = new_name where customer_name = old_name;
    return true;
end
$$;
revoke all on function app.rename_customer(text, text) from public;
grant execute on function app.rename_customer(text, text) to fault_user;
