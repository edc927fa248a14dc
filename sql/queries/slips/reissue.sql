-- Issues a slip again under the next number, to another due date; the stamp flag is decided anew, as at any issue.
insert into shikiri.slip (
    tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen,
    consumption_tax_yen)
select
    s.tenant_id,
    s.bill_number,
    s.reissue_number + 1,
    s.customer_number,
    s.customer_name,
    $3,
    t.stamp_policy = 'taxable' and s.amount_yen - coalesce(s.consumption_tax_yen, 0) >= 50000,
    s.amount_yen,
    s.consumption_tax_yen
from shikiri.slip s
cross join shikiri.tenant t
where s.bill_number = $1 and s.reissue_number = $2
returning tenant_id, bill_number, reissue_number
