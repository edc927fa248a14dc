-- Slips by their names.
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
join shikiri.slip s on s.bill_number = n.bill_number and s.reissue_number = n.reissue_number
order by s.bill_number, s.reissue_number
