-- What a request reads that forgot its seal: one name.
select s.customer_name
from shikiri.slip s
order by s.tenant_id desc, s.bill_number
limit 1
