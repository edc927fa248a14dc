-- The app role (NOINHERIT) is a member of a BYPASSRLS role.
-- why: SET ROLE fault_admin, and every policy is gone.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: set role fault_admin;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

create role fault_admin nologin bypassrls;
grant usage on schema app to fault_admin;
grant select on app.slips to fault_admin;
alter role fault_user noinherit;
grant fault_admin to fault_user;
