-- The naive twin's list. The program puts its condition where {where} stands, when it has one.
select
    s.tenant_id,
    s.bill_number,
    s.reissue_number,
    s.customer_number,
    s.customer_name,
    s.due_date,
    s.revenue_stamp,
    s.amount_yen
from naive.slip s
{where}
order by s.bill_number, s.reissue_number
limit $1
