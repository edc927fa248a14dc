-- Reading the log of writes.
-- vector: a slot, its changes, the log's records
-- expect: 42501, or no such function

-- as: nobody
-- refused: 42501 55000
select pg_create_logical_replication_slot('x', 'test_decoding')

-- refused: 42501 42704 55000
select pg_logical_slot_peek_changes('x', null, null)

-- refused: 42883
select pg_get_wal_records_info('0/0', '0/1')

-- side-effect: anybody may write a message of their own into the log; nobody of ours reads it
-- hardened: 42501
select pg_logical_emit_message(true, 'x', 'y') is not null
