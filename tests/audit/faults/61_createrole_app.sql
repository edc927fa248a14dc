-- The application role has CREATEROLE (PostgreSQL 15 rules).
-- why: Before 16, CREATEROLE can grant itself any non-superuser role, the table owner included.
-- kind: leak
-- proof-until: 15
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: grant fault_owner to fault_user;
-- proof: alter table app.slips disable row level security;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: rollback;
-- expect: 3

alter role fault_user createrole;
