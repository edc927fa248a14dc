-- A cursor is opened for A and fetched after the context changed.
-- vector: the seal emptied and plain settings set between OPEN and FETCH
-- expect: A's rows or an error; never B's rows through A's cursor

-- as: a
declare c cursor for select s.tenant_id, s.customer_name from shikiri.slip s order by s.bill_number desc

-- seal: parameter
reset all

select set_config('shikiri.seal', '', true), set_config('app.tenant_id', ':id_of_b', true)

-- sqlstate: 00000 SK001
fetch 100 from c
