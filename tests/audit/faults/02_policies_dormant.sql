-- Policies exist but RLS is disabled on slips.
-- why: pg_policies looks right, but ENABLE was lost (e.g. a restore script); policies are ignored.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

alter table app.slips disable row level security;
