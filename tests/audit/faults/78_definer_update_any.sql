-- A SECURITY DEFINER function changes any tenant's slip by its number, and answers nothing.
-- why: what it changes nobody sees in its answer
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: select app.set_amount('B-1', 0)
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- proof: select amount from app.slips where slip_no = 'B-1'
-- expect: <null> / 0

create function app.set_amount(slip_no text, amount numeric) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
    update app.slips s set amount = $2 where s.slip_no = $1
$$;
revoke all on function app.set_amount(text, numeric) from public;
grant execute on function app.set_amount(text, numeric) to fault_user;
