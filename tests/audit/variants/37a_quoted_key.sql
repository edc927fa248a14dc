-- A table keyed by a quoted name, without a tenant column and without row security.
-- over: 1_base

create table app.accounts ("accountId" bigint primary key, title text);
alter table app.accounts owner to fault_owner;
grant select, update on app.accounts to fault_user;
insert into app.accounts values (1, 'B co');
