-- Stealing the keys.
-- vector: the vault's tables and functions, sources, settings, files
-- expect: 42501; sources can be read and hold no secret
-- earned: select count(*) from pg_class where oid in (to_regclass('shikiri_vault.seal_key'), to_regclass('shikiri.slip'))

-- as: a
-- sqlstate: 42501
select encode(k.inner_pad, 'hex') from shikiri_vault.seal_key k

-- sqlstate: 42501
select k.pepper from shikiri_vault.pepper k

-- sqlstate: 42501
select s.session_hash from shikiri_vault.session s

-- sqlstate: 42501
select c.verifier from shikiri_vault.credential c

-- sqlstate: 42501
select t.ticket_hash from shikiri_vault.ticket t

-- sqlstate: 42501
select t.tenant_code from shikiri_ops.tenant t

-- sqlstate: 42501
select l.export_id from shikiri_ops.export_ledger l

-- sqlstate: 42501
select shikiri_vault.pad('x', 1)

-- sqlstate: 42501
select shikiri_ops.rotate_seal_key()

-- sqlstate: 42501
select shikiri_vault.count_failure(:id_of_b, 'clerk', 10)

-- sqlstate: 42501
select shikiri_vault.append_event('x', 'x', '{}')

-- rows: 0
select p.proname from pg_proc p where p.prosrc ~* '[0-9a-f]{48}' and p.pronamespace::regnamespace::text like 'shikiri%'

-- rows: 0
select s.setconfig from pg_db_role_setting s where s.setconfig::text ~* '(key|secret)'

-- refused: 42501
select pg_read_file('postgresql.conf')

-- refused: 42501
select pg_ls_dir('.')

-- refused: 42501
select pg_read_binary_file('PG_VERSION')

-- rows: 0
select 'reaches ' || n.nspname from pg_namespace n where n.nspname in ('shikiri_vault', 'shikiri_ops', 'shikiri_audit') and has_schema_privilege(n.oid, 'usage')
