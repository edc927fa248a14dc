-- Large objects are outside row security: one application role owns them all.
-- vector: B's request stores a document as a large object; A lists and reads it
-- expect: it leaks: the application never makes one (documented); refused by the second tier

-- as: b
-- hardened: 42501
select set_config('x.oid', lo_from_bytea(0, 'CANARY document of B')::text, false)

commit

-- as: a
-- residual: large objects know no tenant
-- hardened: 42501
select convert_from(lo_get(current_setting('x.oid')::oid), 'UTF8')

-- hardened: 42501
select lo_unlink(current_setting('x.oid')::oid)
