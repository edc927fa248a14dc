-- The next block of slips to print, which must be payable: what the list has, and the tax line. Its own statement, as every block is.
select
    s.tenant_id,
    s.bill_number,
    s.reissue_number,
    s.customer_number,
    s.customer_name,
    s.due_date,
    s.revenue_stamp,
    s.amount_yen,
    s.consumption_tax_yen
from shikiri.slip s
where (s.bill_number, s.reissue_number) > ($1::text, $2::smallint)
    and s.bill_number >= $3
    and s.bill_number <= $4
    and ($5::smallint is null or s.reissue_number = $5)
    and ($6::text is null or s.customer_number = $6)
    and ($7::date is null or s.due_date >= $7)
    and ($8::date is null or s.due_date <= $8)
    and ($9::integer is null or s.amount_yen >= $9)
    and ($10::integer is null or s.amount_yen <= $10)
    -- Not what is void or has a next issue. One look into the key for each: a join would collect and sort all rows.
    and coalesce((
        select false
        from shikiri.slip_event w
        where w.bill_number = s.bill_number and w.reissue_number = s.reissue_number and w.kind in ('superseded', 'voided')
        limit 1
    ), true)
order by s.bill_number, s.reissue_number
limit $11
