-- A SECURITY DEFINER procedure deletes by a number of any tenant.
-- why: it runs as a superuser, and its argument is the caller's
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: call app.void('B-1')
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- proof: select count(*) from app.slips
-- expect: 2

create procedure app.void(n text)
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
    delete from app.slips where slip_no = n
$$;
revoke all on procedure app.void(text) from public;
grant execute on procedure app.void(text) to fault_user;
