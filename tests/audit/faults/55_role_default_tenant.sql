-- ALTER ROLE app SET tenant = B (a debugging leftover).
-- why: A session whose tenant was cleared falls back to B instead of to nothing.
-- kind: leak
-- proof-role: fault_user
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

alter role fault_user set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
