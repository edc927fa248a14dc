-- One slip by its name.
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
where s.bill_number = $1 and s.reissue_number = $2
