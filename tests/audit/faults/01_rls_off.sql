-- Row-level security was never enabled on slips.
-- why: No policy runs; any SELECT grant reads every tenant.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

drop policy tenant_isolation on app.slips;
alter table app.slips no force row level security;
alter table app.slips disable row level security;
