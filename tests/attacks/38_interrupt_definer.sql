-- A definer function is interrupted half way; what is left of it?
-- vector: a timeout in the door; an emptied seal in a savepoint that is rolled back
-- expect: nothing is bound by half a door; a rollback brings A's own seal back

-- as: nobody
set local statement_timeout = '1ms'

-- sqlstate: 57014
-- params: :secret_of_b
select pg_sleep(0.02), shikiri_seal.enter($1::text)

set local statement_timeout = 0

-- sqlstate: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- as: a
savepoint mine

-- seal: mac
select set_config('shikiri.seal', '', true)

-- seal: parameter
reset all

-- sqlstate: SK001
select count(*) from shikiri.slip where bill_number = 'x'

rollback to mine

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
