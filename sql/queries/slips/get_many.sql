-- Slips by their names: one look into the key for each, whatever the planner thinks of the table.
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
from unnest($1::text[], $2::smallint[]) as n(bill_number, reissue_number)
cross join lateral (
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
    where s.bill_number = n.bill_number and s.reissue_number = n.reissue_number
    limit 1
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
