-- ALTER ROLE on oneself: settings and password stay for every later connection of all tenants.
-- vector: both, and a setting for this database only
-- expect: PostgreSQL allows it (documented); the start-up options win and preflight() refuses such a role

-- as: a
-- side-effect: a role may change its own defaults
alter role current_user set search_path = 'pg_temp'

-- sqlstate: SK021
select shikiri_seal.preflight()

-- side-effect: a role may change its own password
alter role current_user password 'pwned'

-- refused: 42501
alter role current_user bypassrls

-- refused: 42501
alter role current_user set session_replication_role = 'replica'

rollback
