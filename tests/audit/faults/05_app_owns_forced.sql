-- The application role owns slips; FORCE is on.
-- why: An owner may switch FORCE/RLS off by itself: one SQL injection away from all rows.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: alter table app.slips no force row level security;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: rollback;
-- expect: 3

alter table app.slips owner to fault_user;
