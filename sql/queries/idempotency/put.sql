-- Remembers what a request made, in the transaction that made it.
insert into shikiri.idempotency_record (tenant_id, user_id, route, idempotency_key, body_digest, result_ids)
select t.tenant_id, $1, $2, $3, $4, $5
from shikiri.tenant t
returning tenant_id
