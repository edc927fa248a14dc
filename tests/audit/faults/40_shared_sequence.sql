-- One sequence numbers every tenant's slips and the app holds ALL on it.
-- why: last_value shows the other tenants' volume; setval() makes everyone collide.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select last_value from app.slip_no_seq;
-- proof: select setval('app.slip_no_seq', 1);
-- expect: 40001 / 1

create sequence app.slip_no_seq;
alter sequence app.slip_no_seq owner to fault_owner;
grant all on sequence app.slip_no_seq to fault_user;
select nextval('app.slip_no_seq') from generate_series(1, 40001);
