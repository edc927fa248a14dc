-- What transactions and their parts do to the seal where it is a parameter.
-- vector: savepoints, RESET ALL, DISCARD, COMMIT AND CHAIN, blocks with COMMIT and with EXCEPTION, two transactions in one message
-- expect: A's own seal or none; an older one comes back with its savepoint only, and it was A's

-- as: a
-- params: :secret_of_a
select set_config('x.secret', $1::text, false) is not null

commit

-- as: a
savepoint mine

-- params: :secret_of_b
-- refused: SK004
select shikiri_seal.enter($1::text)

rollback to mine

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- seal: parameter
reset all

-- seal: parameter
-- refused: SK001
select s.tenant_id from shikiri.slip s limit 1

rollback to mine

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- refused: 25001
discard all

commit and chain

-- refused: SK001
select s.tenant_id from shikiri.slip s limit 1

-- as: outside
-- refused: SK001
begin; select shikiri_seal.enter(current_setting('x.secret')); commit and chain; select s.tenant_id from shikiri.slip s limit 1

-- as: outside
-- refused: SK001
begin; select shikiri_seal.enter(current_setting('x.secret')); savepoint s; release s; commit; select s.tenant_id from shikiri.slip s limit 1

-- as: outside
-- refused: SK001
-- hardened: 42501
do $$ begin perform shikiri_seal.enter(current_setting('x.secret')); commit; perform from shikiri.slip; end $$

-- as: outside
-- refused: SK001
-- hardened: 42501
do $$ begin begin perform shikiri_seal.enter(current_setting('x.secret')); raise exception 'x'; exception when raise_exception then null; end; perform from shikiri.slip; end $$

-- as: a
-- side-effect: a block of A's own that takes its seal away and puts nothing in its place
-- hardened: 42501
do $$ begin begin execute 'reset all'; raise exception 'x'; exception when raise_exception then null; end; if (select count(*) from shikiri.slip) = 0 then raise exception 'A lost its rows'; end if; end $$

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- as: outside
reset x.secret
