-- A table of users of which some columns are granted.
-- over: 1_base

create table app.users (id int primary key, email text, org uuid);
alter table app.users owner to fault_owner;
grant select (id, email) on app.users to fault_user;
grant update (email) on app.users to fault_user;
