-- What an export would hold: counted, summed, and its first and last row.
select
    min(s.tenant_id) as tenant_id_min,
    max(s.tenant_id) as tenant_id_max,
    count(*) as row_count,
    coalesce(sum(s.amount_yen), 0)::bigint as amount_yen,
    count(*) filter (where s.revenue_stamp) as revenue_stamps,
    count(*) filter (where s.due_date < $9::date) as overdue,
    min(s.bill_number || '-' || s.reissue_number) as first_slip,
    max(s.bill_number || '-' || s.reissue_number) as last_slip,
    (select count(*) from shikiri.slip) as tenant_rows
from shikiri.slip s
where s.bill_number >= $1
    and s.bill_number <= $2
    and ($3::smallint is null or s.reissue_number = $3)
    and ($4::text is null or s.customer_number = $4)
    and ($5::date is null or s.due_date >= $5)
    and ($6::date is null or s.due_date <= $6)
    and ($7::integer is null or s.amount_yen >= $7)
    and ($8::integer is null or s.amount_yen <= $8)
    -- To be paid: what is void or has a next issue is counted for a list, and is no slip to print.
    and (not $10::boolean or not exists (
        select
        from shikiri.slip_event w
        where w.bill_number = s.bill_number and w.reissue_number = s.reissue_number and w.kind in ('superseded', 'voided')
    ))
