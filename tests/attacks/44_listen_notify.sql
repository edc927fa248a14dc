-- LISTEN and NOTIFY know no tenants.
-- vector: A listens; the application notifies with a value of B in the payload
-- expect: it leaks: the application never notifies (documented); pg_notify is refused by the second tier

-- as: outside
listen slip

-- on: aside
-- hardened: 42501
select pg_notify('slip', 'CANARY payload of B')

-- residual: a payload goes to everybody
select 1

unlisten *
