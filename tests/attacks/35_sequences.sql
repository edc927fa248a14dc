-- A shared sequence shows everybody's rate of inserts.
-- vector: every sequence in the catalogue
-- expect: none can be read
-- earned: select count(*) from pg_class where relkind = 'S'

-- as: a
-- rows: 0
select c.oid::regclass from pg_class c where c.relkind = 'S' and has_schema_privilege(c.relnamespace, 'usage') and (has_sequence_privilege(c.oid, 'usage') or has_sequence_privilege(c.oid, 'select'))

-- sqlstate: 42501
select nextval('shikiri_ops.tenant_tenant_id_seq')
