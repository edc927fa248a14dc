-- Two logins in one transaction.
-- vector: B's valid secret after A's, in one transaction
-- expect: SK004; the first binding stays

-- as: a
-- params: :secret_of_b
-- sqlstate: SK004
select shikiri_seal.enter($1::text)

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- params: :secret_of_b
select set_config('app.tenant_id', $1::text, true) is not null

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
