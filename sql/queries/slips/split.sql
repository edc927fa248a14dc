-- Bill numbers that would cut an export that is too large into parts of a given number of rows.
select
    min(n.tenant_id) as tenant_id_min,
    max(n.tenant_id) as tenant_id_max,
    min(n.bill_number) as first_bill_number,
    max(n.bill_number) as last_bill_number,
    count(*) as row_count
from (
    select
        s.tenant_id,
        s.bill_number,
        (row_number() over (order by s.bill_number, s.reissue_number) - 1) / $9::bigint as part
    from shikiri.slip s
    where s.bill_number >= $1
        and s.bill_number <= $2
        and ($3::smallint is null or s.reissue_number = $3)
        and ($4::text is null or s.customer_number = $4)
        and ($5::date is null or s.due_date >= $5)
        and ($6::date is null or s.due_date <= $6)
        and ($7::integer is null or s.amount_yen >= $7)
        and ($8::integer is null or s.amount_yen <= $8)
        and (not $10::boolean or not exists (
            select
            from shikiri.slip_event w
            where w.bill_number = s.bill_number and w.reissue_number = s.reissue_number
                and w.kind in ('superseded', 'voided')
        ))
) n
group by n.part
order by n.part
limit 200
