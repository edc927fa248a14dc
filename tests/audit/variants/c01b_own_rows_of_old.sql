-- A trigger that deletes by the tenant of OLD and trims a text (correct).
-- over: 1_base

create function app.out() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        delete from app.slip_events where tenant_id = old.tenant_id and slip_no = old.slip_no;
        return old;
    end if;
    new.customer_name := trim(new.customer_name);
    return new;
end
$$;
create trigger outbox before insert or update or delete on app.slips for each row execute function app.out();
