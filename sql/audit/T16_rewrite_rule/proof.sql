-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert on app.slips to proof_user;
create table app.cancel_requests (tenant_id integer not null, slip_no text not null);
alter table app.cancel_requests enable row level security;
alter table app.cancel_requests force row level security;
grant insert on app.cancel_requests to proof_user;
create table app.copies (tenant text, slip_no text);
create table app.queue (tenant text, slip_no text);
grant select on app.copies to proof_user;

-- loud
create rule do_cancel as on insert to app.cancel_requests
    do also delete from app.slips s where s.slip_no = new.slip_no;
create rule copy_slip as on insert to app.slips do also insert into app.copies values (new.tenant_id, new.slip_no);
create rule copy_queue as on insert to app.queue do also insert into app.copies values (new.tenant, new.slip_no);

-- quiet again
drop rule do_cancel on app.cancel_requests;
drop rule copy_slip on app.slips;
drop rule copy_queue on app.queue;
