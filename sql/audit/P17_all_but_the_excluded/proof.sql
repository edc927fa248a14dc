-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, amount integer, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert, update on app.slips to proof_user;

create table app.blocked (viewer integer not null, hidden integer not null);
grant select on app.blocked to proof_user;
alter table app.blocked enable row level security;
create policy own_lines on app.blocked to proof_user
    using (viewer = (select nullif(current_setting('app.tenant_id', true), '')::integer));

-- loud
drop policy tenant_rows on app.slips;
create policy tenant_rows on app.slips to proof_user
    using (
        tenant_id not in (
            select b.hidden from app.blocked b
            where b.viewer = (select nullif(current_setting('app.tenant_id', true), '')::integer))
    );

-- quiet again
drop policy tenant_rows on app.slips;
create policy tenant_rows on app.slips to proof_user
    using (
        tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer)
        and slip_no not in (select b.hidden::text from app.blocked b)
    );
