-- Replay of a seal: what was read in one transaction is put into the next.
-- vector: A's own seal and B's own seal, captured in full, set again in a later transaction of the same connection
-- expect: SK002

-- as: b
select set_config('x.seal', coalesce(current_setting('shikiri.seal', true), ''), false) is not null, set_config('x.id', coalesce(current_setting('app.tenant_id', true), ''), false) is not null

commit

-- as: nobody
select set_config('shikiri.seal', current_setting('x.seal'), true) is not null, set_config('app.tenant_id', current_setting('x.id'), true) is not null

-- refused: SK002
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- as: a
select set_config('shikiri.seal', current_setting('x.seal'), true) is not null

-- sqlstate: SK002
select count(*) from shikiri.slip where tenant_id = :id_of_b
