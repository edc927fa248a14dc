-- Views with the rights of their owner, materialized views, functions that return rows.
-- vector: each by the name it usually has; and whatever the catalogue knows
-- expect: there is none for the application

-- as: a
-- sqlstate: 42P01
select v.customer_name from shikiri.v_slip v where v.tenant_id = :id_of_b limit 1

-- sqlstate: 42883
select shikiri.get_slip(:bill_of_b)

-- rows: 0
select c.oid::regclass from pg_class c where c.relkind in ('v', 'm') and c.relnamespace::regnamespace::text like any (array['shikiri%', 'naive%']) and not coalesce('security_invoker=true' = any (c.reloptions), false) and has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select')

-- rows: 0
select p.oid::regprocedure from pg_proc p join pg_roles r on r.oid = p.proowner where p.prosecdef and (r.rolsuper or r.rolbypassrls) and has_schema_privilege(p.pronamespace, 'usage') and has_function_privilege(p.oid, 'execute') and p.pronamespace <> 'pg_catalog'::regnamespace
