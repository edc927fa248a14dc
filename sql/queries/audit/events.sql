-- Events of the biller's audit chain after a place in it.
select
    e.tenant_id,
    e.seq,
    e.at,
    e.actor,
    e.action,
    e.object,
    e.detail::text as detail,
    e.previous_hash,
    e.hash
from shikiri.audit_event e
where e.seq > $1
    and ($2::uuid is null or e.actor = $2)
    and ($3::text is null or e.action = $3)
    and ($4::text is null or e.object = $4)
    and ($5::timestamptz is null or e.at >= $5)
    and ($6::timestamptz is null or e.at <= $6)
order by e.seq
limit $7
