-- An honest request: the names of the biller's slips.
select s.tenant_id, s.customer_name
from shikiri.slip s
order by s.bill_number, s.reissue_number
