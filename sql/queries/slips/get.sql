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
where s.bill_number = $1 and s.reissue_number = $2
