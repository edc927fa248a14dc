-- Two-phase commit, to move a bound transaction to another session.
-- vector: PREPARE TRANSACTION
-- expect: off by default (max_prepared_transactions = 0); a prepared one is not bound for whoever commits it

-- as: a
-- refused: 55000
prepare transaction 'x'

-- as: nobody
-- sqlstate: SK001
select s.tenant_id from shikiri.slip s limit 1
