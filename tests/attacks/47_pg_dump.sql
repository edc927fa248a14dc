-- pg_dump as the application's role.
-- vector: what it sends: row_security off, and with --enable-row-security unbound; COPY of the table
-- expect: 42501 with it off, SK001 unbound

-- as: nobody
set local row_security = off

-- refused: 42501
copy shikiri.slip (tenant_id, bill_number, customer_name) to stdout

-- refused: 42501
select s.tenant_id, s.customer_name from shikiri.slip s

set local row_security = on

-- refused: SK001
select s.tenant_id, s.customer_name from only shikiri.slip s

-- sqlstate: 42501
lock table only shikiri.slip in share mode
