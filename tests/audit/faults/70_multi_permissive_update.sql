-- A second permissive policy for UPDATE speaks of a switch and of no tenant.
-- why: an UPDATE that reads no column meets the policies for UPDATE alone
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: update app.slips set locked = true
-- expect: affected 6

alter table app.slips add column locked boolean not null default false;
create policy lockers on app.slips for update to fault_user using (locked = false) with check (locked = true);
