-- A table without a tenant column, whose policy asks for no tenant.
-- over: 1_base

create table app.notes (id int primary key, body text);
alter table app.notes owner to fault_owner;
alter table app.notes enable row level security;
alter table app.notes force row level security;
create policy x on app.notes for all to fault_user
    using (id > 0);
grant select, insert on app.notes to fault_user;
