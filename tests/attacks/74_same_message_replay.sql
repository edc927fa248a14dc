-- Two transactions in one message share the time they started at.
-- vector: A's own seal kept over COMMIT inside one message, then in a message of its own
-- expect: valid in the first case (it is A's own), refused in the second; never B. A parameter is refused in both

-- as: outside
-- params: :secret_of_a
select set_config('x.secret', $1::text, false) is not null

-- seal: mac
-- sqlstate: 00000
begin; select shikiri_seal.enter(current_setting('x.secret')); select set_config('x.seal', coalesce(current_setting('shikiri.seal', true), ''), false) is not null; commit; begin; select set_config('shikiri.seal', current_setting('x.seal'), true) is not null; select s.tenant_id from shikiri.slip s group by s.tenant_id; commit

-- seal: parameter
-- refused: 42501
begin; select shikiri_seal.enter(current_setting('x.secret')); select set_config('x.seal', current_setting('backtrace_functions'), false) is not null; commit; begin; select set_config('backtrace_functions', current_setting('x.seal'), true) is not null; select s.tenant_id from shikiri.slip s group by s.tenant_id; commit

-- as: outside
-- seal: parameter
-- refused: SK001
begin; select shikiri_seal.enter(current_setting('x.secret')); commit; begin; select s.tenant_id from shikiri.slip s group by s.tenant_id; commit

-- as: nobody
-- seal: mac
select set_config('shikiri.seal', current_setting('x.seal', true), true) is not null

-- seal: mac
-- sqlstate: SK002
select s.tenant_id from shikiri.slip s limit 1
