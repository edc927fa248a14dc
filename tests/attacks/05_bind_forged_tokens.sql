-- The doors, called with credentials that are none.
-- vector: null, empty, an id, B's session id and user id, half a secret, A's secret with one digit changed, tickets, the vault's own setter
-- expect: SK010 or 42501, then SK001 for the read

-- as: nobody
-- params: null
-- sqlstate: SK010
select shikiri_seal.enter($1::text)

-- params: ''
-- sqlstate: SK010
select shikiri_seal.enter($1::text)

-- params: :id_of_b
-- sqlstate: SK010
select shikiri_seal.enter($1::text)

-- params: :user_of_b
-- sqlstate: SK010
select shikiri_seal.enter($1::text)

-- params: :secret_of_b:secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter($1::text)

-- params: :secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter(left($1::text, 63))

-- params: :secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter(overlay($1::text placing 'z' from 64))

-- params: :secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter(upper($1::text))

-- params: :secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter(encode(sha256(convert_to($1::text, 'UTF8')), 'hex'))

-- params: :secret_of_b
-- sqlstate: SK010
select shikiri_seal.enter_export($1::text)

-- params: :secret_of_b
-- sqlstate: 42501
select shikiri_seal.enter_check($1::text)

-- sqlstate: 42501
select shikiri_vault.bind(:id_of_b, '6d617274-0000-4000-8000-000000000001', 'session')

-- sqlstate: 42501
select shikiri_vault.enter_ticket(repeat('0', 64), 'export')

-- sqlstate: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1
