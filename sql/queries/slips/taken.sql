-- Which of these slips exist already.
select s.tenant_id, s.bill_number, s.reissue_number
from unnest($1::text[], $2::smallint[]) as n(bill_number, reissue_number)
join shikiri.slip s on s.bill_number = n.bill_number and s.reissue_number = n.reissue_number
order by s.bill_number, s.reissue_number
