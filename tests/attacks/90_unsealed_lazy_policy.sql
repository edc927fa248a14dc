-- The seal is taken away, and the error that follows tells whether a row was looked at.
-- vector: unbound or with an emptied or wrong seal, a sequential scan, a condition that is as cheap as the policy: does it meet a row of B?
-- expect: the same refusal whether the row exists or not
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and bill_number = :bill_of_b
-- earned: select count(*) from shikiri.slip where tenant_id = :id_of_b and customer_name >= 'CANA' and customer_name < 'CANB'

-- as: nobody
-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number = :bill_of_nobody

-- sqlstate: SK001
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB'

set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

-- oracle: unbound
-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number = :bill_of_b

-- oracle: unbound
-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number = :bill_of_nobody

-- oracle: number
-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number >= :bill_of_b and bill_number <= :bill_of_b

-- oracle: number
-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number >= :bill_of_nobody and bill_number <= :bill_of_nobody

-- oracle: free
-- sqlstate: SK001
select count(*) from shikiri.slip where due_date is null

-- oracle: free
-- sqlstate: SK001
select count(*) from shikiri.slip where consumption_tax_yen is not null

-- oracle: flag
-- sqlstate: SK001
select count(*) from shikiri.slip where revenue_stamp

-- oracle: flag
-- sqlstate: SK001
select count(*) from shikiri.slip where not revenue_stamp

-- oracle: join
-- sqlstate: SK001
select count(*) from shikiri.slip s join (values (:bill_of_b)) v (b) on s.bill_number >= v.b and s.bill_number <= v.b

-- oracle: join
-- sqlstate: SK001
select count(*) from shikiri.slip s join (values (:bill_of_nobody)) v (b) on s.bill_number >= v.b and s.bill_number <= v.b

set local cpu_operator_cost = 0

set local cpu_tuple_cost = 0

-- oracle: costless
-- sqlstate: SK001
select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB'

-- oracle: costless
-- sqlstate: SK001
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB'

-- oracle: events
-- sqlstate: SK001
select count(*) from shikiri.audit_event where action >= 'session.opened' and action <= 'session.opened'

-- oracle: events
-- sqlstate: SK001
select count(*) from shikiri.audit_event where action >= 'no such thing' and action <= 'no such thing'

-- as: a
-- seal: parameter
reset all

-- seal: mac
select set_config('shikiri.seal', '', true)

set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

-- oracle: emptied
-- sqlstate: SK001
select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB'

-- oracle: emptied
-- sqlstate: SK001
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB'

-- seal: mac
select set_config('shikiri.seal', 'junk', true)

-- seal: mac
-- oracle: junk
-- sqlstate: SK002
select count(*) from shikiri.slip where customer_name >= 'CANA' and customer_name < 'CANB'

-- seal: mac
-- oracle: junk
-- sqlstate: SK002
select count(*) from shikiri.slip where customer_name >= 'CBNA' and customer_name < 'CBNB'

-- as: nobody
set local enable_indexscan = off

set local enable_indexonlyscan = off

set local enable_bitmapscan = off

set local enable_seqscan = off

-- sqlstate: SK001
select count(*) from shikiri.slip where ctid = '(0,1)'

-- side-effect: whether anything lies at a place in the file: volume, not whose and not what
select count(*) from shikiri.slip where ctid = '(9000,1)'
