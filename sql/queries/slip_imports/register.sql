-- Registers the slips of a file, all or none; the stamp flag is decided as in slips/register.sql. Answers their number.
with made as (
    insert into shikiri.slip (
        tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen,
        consumption_tax_yen)
    select
        t.tenant_id,
        n.bill_number,
        n.reissue_number,
        n.customer_number,
        n.customer_name,
        n.due_date,
        t.stamp_policy = 'taxable' and n.amount_yen - coalesce(n.consumption_tax_yen, 0) >= 50000,
        n.amount_yen,
        n.consumption_tax_yen
    from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::date[], $6::integer[], $7::integer[])
        as n(bill_number, reissue_number, customer_number, customer_name, due_date, amount_yen, consumption_tax_yen)
    cross join shikiri.tenant t
    returning tenant_id
)
select min(m.tenant_id) as tenant_id_min, max(m.tenant_id) as tenant_id_max, count(*) as row_count
from made m
