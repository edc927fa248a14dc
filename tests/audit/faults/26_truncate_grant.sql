-- TRUNCATE granted to the application role.
-- why: TRUNCATE ignores row-level security: one tenant empties every tenant.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: truncate app.slips, app.slip_events;
-- proof: select 'emptied';
-- proof: rollback;
-- expect: emptied

grant truncate on app.slips, app.slip_events to fault_user;
