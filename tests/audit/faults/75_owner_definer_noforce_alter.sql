-- A SECURITY DEFINER function of the forced owner runs what it is given.
-- why: FORCE binds the owner, and the owner may take it away
-- kind: leak
-- proof-role: fault_user
-- proof: select app.admin('alter table app.slips disable row level security')
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- expect:  / 3

create function app.admin(q text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    execute q;
end
$$;
alter function app.admin(text) owner to fault_owner;
revoke all on function app.admin(text) from public;
grant execute on function app.admin(text) to fault_user;
