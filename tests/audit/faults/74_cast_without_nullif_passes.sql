-- A setting that was never set passes, and one that was is only cast.
-- why: null passes in a new session; in an old one the empty text is an error of the cast, which hides it
-- kind: leak
-- proof-role: fault_user
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
-- expect: 3

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (
        current_setting('app.tenant_id', true) is null
        or tenant_id = current_setting('app.tenant_id', true)::uuid
    );
