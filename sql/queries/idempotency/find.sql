-- What an earlier request with this key made.
select r.tenant_id, r.body_digest, r.result_ids
from shikiri.idempotency_record r
where r.user_id = $1 and r.route = $2 and r.idempotency_key = $3
