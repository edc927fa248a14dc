-- Code and objects that stay: functions, operators, views, temporary tables, roles, grants.
-- vector: every CREATE that could shadow a name or plant code
-- expect: 42501

-- as: a
-- refused: 42501
create schema evil

-- refused: 42501
create table public.x (i integer)

-- refused: 42501
create table shikiri.x (i integer)

-- refused: 42501
create table shikiri_seal.x (i integer)

-- refused: 42501
create temp table slip (i integer)

-- refused: 42501
create temp view v as select 1

-- refused: 42501
create function pg_temp.f() returns integer language sql as 'select 1'

-- refused: 42501
create function public.f() returns integer language sql as 'select 1'

-- refused: 42501
create function shikiri_seal.f() returns integer language sql as 'select 1'

-- refused: 42501
create or replace function shikiri_seal.tenant() returns integer language sql as 'select 3'

-- refused: 42501
create type public.m as (i integer)

-- refused: 42501 0A000 58P01
create extension dblink schema public

-- refused: 42501
create publication p for table shikiri.slip

-- refused: 42501
create role x

-- refused: 42501
grant pg_read_all_data to current_user

-- refused: 42501
grant shikiri_owner to current_user

-- refused: 42501
create policy oops on shikiri.slip using (true)

-- refused: 42501
alter table shikiri.slip disable row level security

-- refused: 42501
drop policy tenant_floor on shikiri.slip

-- refused: 42501
alter policy tenant_floor on shikiri.slip using (true)

-- refused: 42501
comment on table shikiri.slip is 'mine'
