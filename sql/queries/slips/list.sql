-- Slips in order, after a given one, that meet every condition; then what the state of each is read off.
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
from (
    select
        s.tenant_id,
        s.bill_number,
        s.reissue_number,
        s.customer_number,
        s.customer_name,
        s.due_date,
        s.revenue_stamp,
        s.amount_yen
    from shikiri.slip s
    where (s.bill_number, s.reissue_number) > ($1::text, $2::smallint)
        and s.bill_number >= $3
        and s.bill_number <= $4
        and ($5::smallint is null or s.reissue_number = $5)
        and ($6::text is null or s.customer_number = $6)
        and ($7::date is null or s.due_date >= $7)
        and ($8::date is null or s.due_date <= $8)
        and ($9::integer is null or s.amount_yen >= $9)
        and ($10::integer is null or s.amount_yen <= $10)
    order by s.bill_number, s.reissue_number
    limit $11
) s
left join lateral (
    select e.kind
    from shikiri.slip_event e
    where e.bill_number = s.bill_number and e.reissue_number = s.reissue_number and e.kind in ('superseded', 'voided')
    limit 1
) w on true
-- In the order of payment_event_of_slip: one line for each payment of a kind, however often it was told.
cross join lateral (
    select
        count(*) filter (where d.kind = 'confirmed') as confirmed,
        count(*) filter (where d.kind = 'preliminary') as preliminary,
        count(*) filter (where d.kind = 'preliminary_cancelled') as cancelled
    from (
        select e.kind
        from shikiri.payment_event e
        where e.bill_number = s.bill_number and e.reissue_number = s.reissue_number
        group by e.kind, e.paid_on, e.paid_at, e.chain_code, e.store_code
    ) d
) p
order by s.bill_number, s.reissue_number
