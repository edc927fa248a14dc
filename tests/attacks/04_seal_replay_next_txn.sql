-- Replay of a seal: what was read in one transaction is put into the next.
-- vector: A's own seal and B's own seal, captured in full, set again in a later transaction of the same connection
-- expect: SK002; where the seal is a parameter, 42501

-- as: b
select set_config('x.seal', coalesce(nullif(current_setting('shikiri.seal', true), ''), current_setting('backtrace_functions')), false) is not null, set_config('x.id', coalesce(current_setting('app.tenant_id', true), ''), false) is not null

commit

-- as: nobody
select set_config('shikiri.seal', current_setting('x.seal'), true) is not null, set_config('app.tenant_id', current_setting('x.id'), true) is not null

-- seal: mac
-- refused: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- seal: parameter
-- refused: 42501
select set_config('backtrace_functions', current_setting('x.seal'), true)

-- seal: parameter
-- refused: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- as: a
select set_config('shikiri.seal', current_setting('x.seal'), true) is not null

-- seal: mac
-- sqlstate: SK002
select count(*) from shikiri.slip where tenant_id = :id_of_b

-- seal: parameter
-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- seal: parameter
-- refused: 42501
select set_config('backtrace_functions', current_setting('x.seal'), true)
