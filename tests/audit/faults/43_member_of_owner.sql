-- The app role is a member of the (FORCEd) table owner.
-- why: Membership gives ownership: it may switch RLS off.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: alter table app.slips disable row level security;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: rollback;
-- expect: 3

grant fault_owner to fault_user;
