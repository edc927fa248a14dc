-- A SECURITY DEFINER trigger changes the slip that the new row names.
-- why: the trigger runs as a superuser, and the number in the row may be anybody's
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: insert into app.slip_events values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'A-1', 9, 'x', 'B-1')
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- proof: select amount from app.slips where slip_no = 'B-1'
-- expect: affected 1 / 0

alter table app.slip_events add column target text;
create function app.bump() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update app.slips set amount = 0 where slip_no = new.target;
    return new;
end
$$;
revoke all on function app.bump() from public;
create trigger bump after insert on app.slip_events for each row execute function app.bump();
