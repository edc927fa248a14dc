-- Forging of plain settings.
-- vector: SET, SET LOCAL and set_config of every plausible tenant variable to B, then a read
-- expect: no effect

-- as: a
select set_config('app.tenant_id', ':id_of_b', true), set_config('app.current_tenant', ':id_of_b', true), set_config('shikiri.tenant', ':id_of_b', true), set_config('request.jwt.claims', '{"tenant_id":3}', true)

set local app.tenant_id = ':id_of_b'

-- rows: 0
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
