-- Storage around the table.
-- vector: the TOAST table, the index as a table, page functions
-- expect: 42501, 42809 or no such function
-- earned: select reltoastrelid::regclass from pg_class where oid = 'shikiri.slip'::regclass

-- as: a
-- refused: 42501
do $$ begin execute format('select chunk_data from %s limit 1', (select reltoastrelid::regclass from pg_class where oid = 'shikiri.slip'::regclass)); end $$

-- refused: 42809
select * from shikiri.slip_pkey

-- refused: 42883
select get_raw_page('shikiri.slip', 0)

-- refused: 42883
select bt_page_items('shikiri.slip_pkey', 1)

-- refused: 42883
select pgstattuple('shikiri.slip')

-- rows: 0
select s.ctid, s.tenant_id from shikiri.slip s where s.ctid = any (array(select format('(%s,%s)', p, n)::tid from generate_series(0, 5) p, generate_series(1, 200) n)) and s.tenant_id <> :id_of_a

-- rows: 0
select s.tenant_id from shikiri.slip s tablesample system (100) where s.tenant_id <> :id_of_a
