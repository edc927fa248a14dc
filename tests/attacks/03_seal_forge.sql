-- Forging of the seal.
-- vector: A's mac under B's id, no mac, another kid, junk, a longer body, B's kid as text, an empty seal
-- expect: SK002 or SK001 each time; never a row of B, and no word about what the seal held

-- as: a
-- seal: mac
select set_config('x.seal', coalesce(nullif(current_setting('shikiri.seal', true), ''), 'none:none:session:1:' || repeat('0', 64)), true) is not null

-- seal: mac
select set_config('shikiri.seal', regexp_replace(current_setting('x.seal'), '^[^:]*', ':id_of_b'), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', ':id_of_b:6d617274-0000-4000-8000-000000000001:session:1:' || repeat('0', 64), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', ':id_of_b:x:session:99:' || right(current_setting('x.seal'), 64), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', ':id_of_b', true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', ':id_of_b:' || current_setting('x.seal'), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', current_setting('x.seal') || ' ', true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', upper(current_setting('x.seal')), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: mac
select set_config('shikiri.seal', regexp_replace(current_setting('x.seal'), ':session:', ':export:'), true) is not null

-- seal: mac
-- sqlstate: SK002
select count(*) from shikiri.slip where tenant_id = :id_of_b

-- seal: mac
reset shikiri.seal

-- seal: mac
-- sqlstate: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: parameter
-- refused: 42501
select set_config('backtrace_functions', ':id_of_b' || substr(current_setting('backtrace_functions'), 2), true)

-- seal: parameter
-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
