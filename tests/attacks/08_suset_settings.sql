-- Settings that belong to a superuser.
-- vector: session_replication_role, logging, preloading, system tables, file access, LOAD
-- expect: 42501, or "cannot be changed now"

-- as: a
-- refused: 42501
set session_replication_role = replica

-- refused: 42501
set log_statement = 'all'

-- refused: 42501 55P02
set allow_system_table_mods = on

-- refused: 42501
set session_preload_libraries = 'auto_explain'

-- refused: 42501
set zero_damaged_pages = on

-- refused: 42501
set lo_compat_privileges = on

-- refused: 42501
set track_activities = off

-- refused: 42501
set dynamic_library_path = '/'

-- refused: 42501
load 'auto_explain'

-- sqlstate: 42501
select count(*) from pg_file_settings

set local row_security = off

-- refused: 42501
select s.tenant_id, s.customer_name from shikiri.slip s limit 1

-- as: outside
-- refused: 42501
alter system set row_security = off
