-- Lock tables: keys and targets of other connections' locks.
-- vector: an advisory lock of B, looked up by A
-- expect: the number is to be seen (documented: a key is never data); refused by the second tier

-- on: aside
select pg_advisory_lock(424242), pg_sleep(1.5)

-- as: a
-- rows: 1
-- side-effect: advisory keys are visible to everybody
-- hardened: 42501
select l.objid from pg_locks l where l.locktype = 'advisory' and l.objid = 424242 and l.database = (select d.oid from pg_database d where d.datname = current_database())
