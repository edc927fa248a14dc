-- Checks every audit chain without any function of ours: 0 rows is a pass. A superuser runs it, in psql.
-- hash = sha256(hash of the event before, and every field with its length in front); the chain of tenant n begins
-- with sha256('shikiri:n'); chain_head keeps the last place and hash.
with event as (
    select
        e.tenant_id,
        e.seq,
        row_number() over (partition by e.tenant_id order by e.seq) as place,
        e.previous_hash,
        lag(e.hash, 1, sha256(convert_to('shikiri:' || e.tenant_id, 'UTF8')))
            over (partition by e.tenant_id order by e.seq) as hash_before,
        e.hash,
        sha256(e.previous_hash
            || int4send(octet_length(e.tenant_id::text)) || convert_to(e.tenant_id::text, 'UTF8')
            || int4send(octet_length(e.seq::text)) || convert_to(e.seq::text, 'UTF8')
            || int4send(27)
            || convert_to(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')
            || int4send(36) || convert_to(e.actor::text, 'UTF8')
            || int4send(octet_length(convert_to(e.action, 'UTF8'))) || convert_to(e.action, 'UTF8')
            || int4send(octet_length(convert_to(e.object, 'UTF8'))) || convert_to(e.object, 'UTF8')
            || int4send(octet_length(convert_to(e.detail::text, 'UTF8'))) || convert_to(e.detail::text, 'UTF8')
        ) as hash_again
    from shikiri.audit_event e
)
select e.tenant_id, e.seq, 'the event is not the one that was written' as what
from event e
where e.hash <> e.hash_again
union all
select e.tenant_id, e.seq, 'it does not follow from the event before'
from event e
where e.seq <> e.place or e.previous_hash <> e.hash_before
union all
select c.tenant_id, c.seq, 'the chain does not end where its head says'
from shikiri_vault.chain_head c
left join lateral (
    select v.seq, v.hash
    from shikiri.audit_event v
    where v.tenant_id = c.tenant_id
    order by v.seq desc
    limit 1
) last on true
where c.seq <> coalesce(last.seq, 0)
    or c.hash <> coalesce(last.hash, sha256(convert_to('shikiri:' || c.tenant_id, 'UTF8')))
order by 1, 2
