-- One slip by its name, with what its state is read off: its withdrawal and its distinct payments.
select
    s.tenant_id,
    s.bill_number,
    s.reissue_number,
    s.customer_number,
    s.customer_name,
    s.due_date,
    s.revenue_stamp,
    s.amount_yen,
    w.kind as withdrawn,
    p.confirmed,
    p.preliminary,
    p.cancelled
from shikiri.slip s
left join lateral (
    select e.kind
    from shikiri.slip_event e
    where e.bill_number = s.bill_number and e.reissue_number = s.reissue_number and e.kind in ('superseded', 'voided')
    limit 1
) w on true
cross join lateral (
    select
        count(distinct (e.paid_on, e.paid_at, e.chain_code, e.store_code)) filter (where e.kind = 'confirmed') as confirmed,
        count(distinct (e.paid_on, e.paid_at, e.chain_code, e.store_code)) filter (where e.kind = 'preliminary')
            as preliminary,
        count(distinct (e.paid_on, e.paid_at, e.chain_code, e.store_code))
            filter (where e.kind = 'preliminary_cancelled') as cancelled
    from shikiri.payment_event e
    where e.bill_number = s.bill_number and e.reissue_number = s.reissue_number
) p
where s.bill_number = $1 and s.reissue_number = $2
