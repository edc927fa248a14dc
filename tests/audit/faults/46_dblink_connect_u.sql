-- dblink_connect_u granted to the app.
-- why: The server connects to itself without a password (trust/peer) as any role.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select app.dblink_connect_u(:superuser);
-- proof: select n from app.dblink('select count(*) from app.slips where tenant_id = ''bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb''') as t(n bigint);
-- expect: OK / 3

create extension dblink with schema app;
grant execute on function app.dblink_connect_u(text), app.dblink_connect_u(text, text) to fault_user;
