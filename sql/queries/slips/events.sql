-- What happened to one slip, from its registration on, in order of time.
select
    n.tenant_id,
    n.at,
    n.kind,
    n.actor,
    n.reason,
    n.other_reissue_number,
    n.paid_on,
    n.paid_at,
    n.amount_yen
from (
    select
        s.tenant_id,
        s.registered_at as at,
        'registered' as kind,
        null::uuid as actor,
        null::text as reason,
        null::smallint as other_reissue_number,
        null::date as paid_on,
        null::text as paid_at,
        null::integer as amount_yen,
        0 as rank
    from shikiri.slip s
    where s.bill_number = $1 and s.reissue_number = $2
    union all
    select
        e.tenant_id,
        e.at,
        e.kind,
        e.actor,
        e.reason,
        e.other_reissue_number,
        null,
        null,
        null,
        1
    from shikiri.slip_event e
    where e.bill_number = $1 and e.reissue_number = $2
    union all
    select
        p.tenant_id,
        p.recorded_at,
        p.kind,
        null,
        null,
        null,
        p.paid_on,
        p.paid_at,
        p.amount_yen,
        2
    from shikiri.payment_event p
    where p.bill_number = $1 and p.reissue_number = $2
) n
order by n.at, n.rank, n.paid_on, n.paid_at, n.kind, n.amount_yen
limit 1001
