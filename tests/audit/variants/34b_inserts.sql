-- A SECURITY DEFINER function makes a tenant.
-- over: 1_base

create function app.import(d jsonb) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare n integer;
begin
    insert into app.tenants values (gen_random_uuid(), 'n');
    get diagnostics n = row_count;
    return n;
end
$$;
revoke all on function app.import(jsonb) from public;
grant execute on function app.import(jsonb) to fault_user;
