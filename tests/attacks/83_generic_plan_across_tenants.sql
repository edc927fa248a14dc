-- One generic plan over transactions and tenants.
-- vector: a prepared statement run for B, then for A, then unbound
-- expect: the seal is read anew in every execution; unbound it is an error

-- as: outside
set plan_cache_mode = force_generic_plan

prepare q as select s.tenant_id, s.customer_name from shikiri.slip s

-- as: b
-- rows: 60
execute q

commit

-- as: a
-- rows: 45
execute q

commit

-- as: outside
-- sqlstate: SK001
execute q

deallocate q
