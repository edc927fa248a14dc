-- A sequence that numbers every tenant's receipts may be advanced by the app: the numbers in between are the others'.
-- why: Two calls of nextval() a day apart tell a tenant how much all the others did. SELECT on it is not needed.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select nextval('app.receipt_no_seq') > 40000;
-- expect: t

create sequence app.receipt_no_seq;
alter sequence app.receipt_no_seq owner to fault_owner;
grant usage on sequence app.receipt_no_seq to fault_user;
select nextval('app.receipt_no_seq') from generate_series(1, 40001);
