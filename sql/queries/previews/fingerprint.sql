-- A sum over the printed fields of what a filter lets through: another sum is other data. It says nothing of order.
select
    min(s.tenant_id) as tenant_id_min,
    max(s.tenant_id) as tenant_id_max,
    coalesce(sum(hashtextextended(
        concat_ws(chr(31), s.bill_number, s.reissue_number, s.customer_number, s.customer_name,
            coalesce(s.due_date::text, '-'), s.revenue_stamp, s.amount_yen), 0)::numeric), 0)::text as fingerprint
from shikiri.slip s
where s.bill_number >= $1
    and s.bill_number <= $2
    and ($3::smallint is null or s.reissue_number = $3)
    and ($4::text is null or s.customer_number = $4)
    and ($5::date is null or s.due_date >= $5)
    and ($6::date is null or s.due_date <= $6)
    and ($7::integer is null or s.amount_yen >= $7)
    and ($8::integer is null or s.amount_yen <= $8)
