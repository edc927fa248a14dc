-- Junk in the seal's setting, to lock others out.
-- vector: junk for the session, and A's expired seal; then a proper entry
-- expect: the door replaces what is not valid

-- as: outside
-- seal: parameter
-- refused: 42501
set backtrace_functions = 'junk'

set shikiri.seal = 'junk'

-- seal: mac
-- sqlstate: SK002
select s.tenant_id from shikiri.slip s limit 1

-- as: a
-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- as: outside
-- seal: mac
-- sqlstate: SK002
select s.tenant_id from shikiri.slip s limit 1

reset shikiri.seal
