-- The list of customers, by the names of things.
-- vector: roles, schemas, tables, comments and databases that are named after a tenant
-- expect: none: one role, one schema

-- as: a
-- rows: 0
select r.rolname from pg_roles r where r.rolname ~ '(tenant|t)_?0*[0-9]+$'

-- rows: 0
select n.nspname from pg_namespace n where n.nspname ~ '[0-9]+$' and n.nspname !~ '^pg_'

-- rows: 0
select c.relname from pg_class c where c.relnamespace::regnamespace::text like 'shikiri%' and c.relname ~ '[0-9]'

-- rows: 0
select d.description from pg_description d where d.description ~ '(甲学園|乙電力|CANARY|10001|10002)'
