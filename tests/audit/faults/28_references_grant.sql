-- REFERENCES granted to the application role.
-- why: A foreign key of one's own tells whether another tenant's slip number exists: RI checks skip RLS.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: create table scratch.probe (t uuid, n text, foreign key (t, n) references app.slips);
-- proof: insert into scratch.probe values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'B-1');
-- proof: select 'B-1 exists';
-- expect: affected 1 / B-1 exists

grant references on app.slips to fault_user;
create schema scratch authorization fault_user;
