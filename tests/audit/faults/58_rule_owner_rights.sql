-- A rewrite rule on an app-writable table acts with its owner's rights.
-- why: Rule actions are checked as the rule's table owner (here a superuser): A's insert deletes B's slips.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: begin;
-- proof: insert into app.cancel_requests values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'B-1');
-- proof: set app.tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- proof: select count(*) from app.slips where slip_no = 'B-1';
-- proof: rollback;
-- expect: affected 1 / 0

create table app.cancel_requests (
    tenant_id uuid not null,
    slip_no text not null,
    primary key (tenant_id, slip_no)
);
create rule do_cancel as on insert to app.cancel_requests do also delete from app.slips s where s.slip_no = new.slip_no;
alter table app.cancel_requests enable row level security;
alter table app.cancel_requests force row level security;
create policy tenant_isolation on app.cancel_requests for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant insert on app.cancel_requests to fault_user;
