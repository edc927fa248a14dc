-- COMMIT AND CHAIN begins a transaction inside the same command.
-- vector: a read in the chained transaction
-- expect: it is unbound

-- as: a
commit and chain

-- sqlstate: SK001
select s.tenant_id from shikiri.slip s limit 1

rollback and chain

-- sqlstate: SK001
select s.tenant_id from shikiri.slip s limit 1
