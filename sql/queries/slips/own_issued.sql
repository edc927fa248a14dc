-- One slip by its name, with what its bars are made of besides.
select
    s.tenant_id,
    t.tenant_code,
    t.issuer_code,
    s.bill_number,
    s.reissue_number,
    s.due_date,
    s.revenue_stamp,
    s.amount_yen
from shikiri.slip s
join shikiri.tenant t on t.tenant_id = s.tenant_id
where s.bill_number = $1 and s.reissue_number = $2
