-- The application role owns slips, RLS not FORCEd.
-- why: The app connects as the owner, so no policy applies to it.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

alter table app.slips owner to fault_user;
alter table app.slips no force row level security;
