-- Becoming somebody else.
-- vector: SET ROLE, SET SESSION AUTHORIZATION and their settings, for every interesting role
-- expect: 42501 for all

-- as: a
-- refused: 42501
set role shikiri_owner

-- refused: 42501
set role shikiri_keeper

-- refused: 42501
set role shikiri_migrator

-- refused: 42501
set role shikiri_operator

-- refused: 42501
set role shikiri_checker

-- refused: 42501
set role shikiri_auditor

-- refused: 42501
set role postgres

-- refused: 42501
set role pg_read_all_data

-- refused: 42501
set session authorization postgres

-- refused: 42501
set session authorization shikiri_owner

-- refused: 42501
select set_config('role', 'postgres', true)

-- refused: 42501
select set_config('session_authorization', 'postgres', true)

-- refused: 55P02
select set_config('is_superuser', 'on', true)

-- rows: 0
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1
