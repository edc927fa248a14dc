-- A SECURITY DEFINER trigger deletes by a text out of NEW.
-- over: 1_base

create function app.bump() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from app.slip_events where slip_no = new.customer_name;
    return new;
end
$$;
revoke all on function app.bump() from public;
create trigger bump after insert or update on app.slips for each row execute function app.bump();
