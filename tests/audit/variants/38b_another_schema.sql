-- A table of users in a schema that is open to everybody.
-- over: 1_base

create schema auth authorization fault_owner;
grant usage on schema auth to public;
create table auth.users (id int primary key, email text);
alter table auth.users owner to fault_owner;
grant select on auth.users to public;
