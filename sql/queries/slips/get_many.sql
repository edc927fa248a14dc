-- Slips by their names: one look into the key for each, whatever the planner thinks of the table.
select
    s.tenant_id,
    s.bill_number,
    s.reissue_number,
    s.customer_number,
    s.customer_name,
    s.due_date,
    s.revenue_stamp,
    s.amount_yen
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
order by s.bill_number, s.reissue_number
