-- The application sends the secret as a literal, where every session of its role can read it.
-- vector: each door with a literal; then with a parameter
-- expect: SK011, so the mistake does not survive its first run

-- as: nobody
-- sqlstate: SK011
select shikiri_seal.enter(':secret_of_a')

-- sqlstate: SK011
select shikiri_seal.enter_export(':secret_of_a')

-- sqlstate: SK001
select s.tenant_id from shikiri.slip s limit 1

-- params: :secret_of_a
select shikiri_seal.enter($1::text)

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
