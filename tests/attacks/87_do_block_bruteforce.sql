-- A block that tries thousands of seals in one statement.
-- vector: 2,000 forged macs for B, each with a read; and a guess of session secrets
-- expect: it may run (documented) and gains nothing against 256 bits; refused by the second tier

-- as: a
-- side-effect: plpgsql is open to everybody
-- hardened: 42501
do $$ declare n integer := 0; begin for i in 1..2000 loop begin perform set_config('shikiri.seal', ':id_of_b:6d617274-0000-4000-8000-000000000001:session:1:' || encode(sha256(int4send(i)), 'hex'), true); perform from shikiri.slip where tenant_id = :id_of_b limit 1; if found then n := n + 1; end if; exception when others then null; end; end loop; if n > 0 then raise notice 'CANARY: forged % of 2000', n; end if; end $$

-- side-effect: the same with the door
-- hardened: 42501
do $$ begin for i in 1..500 loop begin perform shikiri_seal.enter(encode(sha256(int4send(i)), 'hex')); raise notice 'CANARY: a secret was guessed'; exception when others then null; end; end loop; end $$

-- seal: parameter
-- side-effect: the parameter, with what begins and ends like a seal
-- hardened: 42501
do $$ declare n integer := 0; begin for i in 1..2000 loop begin perform set_config('backtrace_functions', ':id_of_b_' || md5(i::text) || '_session', i % 2 = 0); n := n + 1; exception when insufficient_privilege then null; end; end loop; if n > 0 then raise notice 'CANARY: % of 2000 were set', n; end if; end $$
